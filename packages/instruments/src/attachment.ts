/** How a provider comes to the instruments of the process, without any of them: for who has one before they are loaded. */
export { attachInstruments, attachLog, detachInstruments } from './process-state.ts';
