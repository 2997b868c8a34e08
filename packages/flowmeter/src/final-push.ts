/** How long the end of the process waits for the last push. */
const LIMIT_MS = 1000;

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
 * otherwise never push at all. Where it has listeners of its own for that moment, they may record something yet: then
 * what they have left behind is pushed as well, when the loop has run empty again.
 *
 * @param push pushes what has been recorded, within the limit
 * @returns a function that calls it off
 */
export function pushBeforeExit(push: (limitMs: number) => Promise<void>): () => void {
  let pushes = 0;
  const onBeforeExit = (): void => {
    pushes += 1;
    const isLast = pushes === 2 || process.listenerCount('beforeExit') === 1;
    if (isLast) process.off('beforeExit', onBeforeExit);
    void hold(push(LIMIT_MS), LIMIT_MS + TO_TELL_MS);
  };
  process.on('beforeExit', onBeforeExit);
  return () => process.off('beforeExit', onBeforeExit);
}
