import type { EndTime } from './end-time.ts';

/** How much longer it waits for the line that says that the push has failed. */
const TO_TELL_MS = 50;

/** Keeps the process alive until `work` has settled, or the limit is over; sockets and timers of pushes do not. */
export async function hold(work: Promise<unknown>, limitMs: number): Promise<void> {
  const timer = setTimeout(() => {}, limitMs);
  await work.catch(() => {});
  clearTimeout(timer);
}

/**
 * Pushes once more when the event loop has run empty. An application that runs for less than the export interval would
 * otherwise never push at all. What needs turns of the event loop has it run empty again, so listeners of the application for
 * that moment are called again: they may have recorded something yet, which is pushed as well.
 *
 * @param time how long the end of the process waits for it
 * @param push pushes what has been recorded, within the limit; `undefined` if that needed no turns
 * @returns a function that calls it off
 */
export function pushBeforeExit(time: EndTime, push: (limitMs: number) => Promise<void> | undefined): () => void {
  let pushes = 0;
  const onBeforeExit = (): void => {
    const begun = time.begin();
    if (begun === undefined) return;
    const pushed = push(begun.limitMs);
    if (pushed === undefined) return;
    pushes += 1;
    const isLast = pushes === 2 || process.listenerCount('beforeExit') === 1;
    if (isLast) process.off('beforeExit', onBeforeExit);
    void hold(pushed, begun.limitMs + TO_TELL_MS).then(begun.end);
  };
  process.on('beforeExit', onBeforeExit);
  return () => process.off('beforeExit', onBeforeExit);
}
