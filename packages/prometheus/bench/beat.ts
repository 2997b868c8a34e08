/**
 * Strikes once in each turn of the event loop, and tells how long it has ever had to wait: for so long had all else to wait
 * that the process has to do, whoever was the cause.
 */
export class Beat {
  #lastAt = 0;
  #longestMs = 0;
  #next: NodeJS.Immediate | undefined;

  start(): void {
    this.#longestMs = 0;
    this.#lastAt = performance.now();
    this.#next = setImmediate(this.#strike);
  }

  /** @returns milliseconds */
  stop(): number {
    clearImmediate(this.#next);
    return this.#longestMs;
  }

  readonly #strike = (): void => {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#lastAt);
    this.#lastAt = now;
    this.#next = setImmediate(this.#strike);
  };
}
