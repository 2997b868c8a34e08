/** How long the end of the process waits for the last push. */
const LIMIT_MS = 1000;

/** What is to be pushed before the process ends. */
export interface FinalPush {
  /** Makes what is under way give up within the limit. */
  hurry(limitMs: number): void;
  /** Pushes what has been recorded; resolves in any case. */
  push(): Promise<void>;
}

/**
 * Pushes once more when the event loop has run empty, and holds the process for that, but not longer than the limit. An
 * application that runs for less than the export interval would otherwise never push at all.
 *
 * @returns a function that calls it off
 */
export function pushBeforeExit({ hurry, push }: FinalPush): () => void {
  const onBeforeExit = (): void => {
    hurry(LIMIT_MS);
    const hold = setTimeout(() => {}, LIMIT_MS);
    void push().finally(() => clearTimeout(hold));
  };
  process.once('beforeExit', onBeforeExit);
  return () => process.off('beforeExit', onBeforeExit);
}
