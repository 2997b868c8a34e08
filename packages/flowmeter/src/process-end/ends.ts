import type { EndTime } from './end-time.ts';

/** The signals that end a process which does not listen for them. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** How what was recorded leaves the process at its end. */
export interface LastPushes {
  /** Without a turn of the event loop, within the limit. Never throws. */
  atOnce(limitMs: number): void;
  /** For a process that goes on for a while. Never rejects, and does not hold the process. */
  soon(): Promise<void>;
}

/**
 * Pushes where the process ends without its event loop running empty: by `process.exit()`, by an error that nobody has caught,
 * by a signal. The end itself stays what it is: where the application listens for a signal it decides what comes of it, and
 * where it does not, the signal has its default effect, a moment later.
 *
 * At the exit it pushes before the application's listeners, of which one may end the process, and what those have recorded after them.
 *
 * @param limitMs how long a signal waits for its effect
 * @param time what the exit waits for
 * @returns a function that calls it off
 */
export function pushAtEnds({ atOnce, soon }: LastPushes, limitMs: number, time: EndTime): () => void {
  let isOff = false;
  const onExit = (): void => {
    const begun = time.begin();
    if (begun === undefined) return;
    atOnce(begun.limitMs);
    begun.end();
  };
  /** Another function, so that one can be removed without the other. */
  const afterExitListeners = (): void => onExit();
  const stayLast = (event: string | symbol, listener: unknown): void => {
    if (event !== 'exit' || listener === afterExitListeners) return;
    // It is not added yet.
    queueMicrotask(() => {
      process.off('exit', afterExitListeners);
      if (!isOff) process.on('exit', afterExitListeners);
    });
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) {
      // Some ask whether they are the only ones who listen, and end the process then: for them we are not here.
      process.off(signal, onSignal);
      setImmediate(() => listen(signal)).unref();
      if (hasSignalExit()) atOnce(limitMs);
      else void soon();
      return;
    }
    atOnce(limitMs);
    process.off(signal, onSignal);
    process.kill(process.pid, signal);
    // The first process of a container lives on: signals have no effect on it that it does not listen for.
    setImmediate(() => listen(signal)).unref();
  };
  // Before the application's own, which may be gone once they were called.
  const listen = (signal: NodeJS.Signals): void => {
    if (!isOff) process.prependListener(signal, onSignal);
  };
  function callOff(): void {
    isOff = true;
    process.off('newListener', stayLast);
    process.off('exit', onExit);
    process.off('exit', afterExitListeners);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
  process.on('exit', onExit);
  process.on('newListener', stayLast);
  for (const signal of SIGNALS) listen(signal);
  return callOff;
}

/** Whether the package signal-exit, of version 3 or 4, is in use: where nobody else listens it ends the process by the signal. */
function hasSignalExit(): boolean {
  return Symbol.for('signal-exit emitter') in globalThis || '__signal_exit_emitter__' in process;
}
