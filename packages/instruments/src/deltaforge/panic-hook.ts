import { log } from '../log-record.ts';
import { panicRecord } from './panic-record.ts';

/** Where all copies of this package in one process find out that one of them has installed the hook. */
const INSTALLED = Symbol.for('flowmeter.deltaforge.panic-hook');

/**
 * Has each uncaught exception and each unhandled rejection counted and logged, before the application or Node does anything about
 * it; what they do stays what it is. Once for a process (and for a worker thread): a second call does nothing.
 *
 * Where the application listens for unhandled rejections they are counted as well. Those that Node was told only to warn of
 * (`--unhandled-rejections=warn`), and nobody listens for, are not.
 *
 * @param count counts one
 */
export function installPanicHook(count: () => void): void {
  const holder = globalThis as { [INSTALLED]?: boolean };
  if (holder[INSTALLED] === true) return;
  holder[INSTALLED] = true;
  let last: { readonly thrown: unknown; readonly event: string } | undefined;
  const panicAt = (event: string) => (thrown: unknown) => {
    // One may be told twice, by either event: where rejections are exceptions first, or a listener throws what it was told. Told
    // again by the same event, it has happened again.
    const isKnown = typeof thrown === 'object' && thrown !== null && last?.thrown === thrown && last.event !== event;
    last = isKnown ? undefined : { thrown, event };
    if (isKnown) return;
    count();
    log(panicRecord(thrown));
  };
  process.on('uncaughtExceptionMonitor', panicAt('uncaughtExceptionMonitor'));
  listenBesideOthers('unhandledRejection', panicAt('unhandledRejection'));
}

/** Listens only while somebody else does, and before them: a listener of its own would keep Node from its default. */
function listenBesideOthers(event: 'unhandledRejection', listener: (thrown: unknown) => void): void {
  const isOther = (name: string | symbol, other: unknown): boolean => name === event && other !== listener;
  process.on('newListener', (name, other) => {
    if (isOther(name, other) && !process.listeners(event).includes(listener)) process.prependListener(event, listener);
  });
  process.on('removeListener', (name, other) => {
    if (isOther(name, other) && process.listenerCount(event) === 1) process.off(event, listener);
  });
  if (process.listenerCount(event) > 0) process.prependListener(event, listener);
}
