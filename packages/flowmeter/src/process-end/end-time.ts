/** After so long without a push the process has gone on, and it is another end. */
const ANOTHER_END_MS = 500;

/** The time that an end of the process may take for pushes, in all its stages together. */
export class EndTime {
  readonly #limitMs: number;
  #leftMs: number;
  #endedMs = -Infinity;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#leftMs = limitMs;
  }

  /** Begins a push: how long it may take, and what to call when it has ended. `undefined` where the time is over. */
  begin(): { readonly limitMs: number; readonly end: () => void } | undefined {
    const beganMs = performance.now();
    if (beganMs - this.#endedMs > ANOTHER_END_MS) this.#leftMs = this.#limitMs;
    if (this.#leftMs <= 0) return undefined;
    const end = (): void => {
      this.#endedMs = performance.now();
      this.#leftMs -= this.#endedMs - beganMs;
    };
    return { limitMs: this.#leftMs, end };
  }
}
