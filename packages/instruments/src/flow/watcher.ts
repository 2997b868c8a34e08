import type { Outcome } from './around.ts';

/** How something that flows has ended: as work does, or because its taker or its giver wanted no more. */
export type End = Outcome | { readonly cancelled: true };

/** What is told of something that flows. What it throws goes no further. */
export interface Watch {
  /**
   * Told of each item that is handed on.
   *
   * @param encoding where the item is a string that stands for bytes, their encoding, if it is known
   */
  item(value: unknown, encoding?: string): void;
  /** Told of the end, once: of something that can be gone through several times, the first time. */
  ended?(end: End): void;
}

/** A watch that never throws, and is told of one end. */
export class Watcher {
  readonly #watch: Watch;
  #ended = false;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  item(value: unknown, encoding?: string): void {
    try {
      this.#watch.item(value, encoding);
    } catch {
      // Whoever watches has failed; what is watched must not.
    }
  }

  succeeded(value?: unknown): void {
    this.#end({ succeeded: true, value });
  }

  failed(error: unknown): void {
    this.#end({ succeeded: false, error });
  }

  cancelled(): void {
    this.#end({ cancelled: true });
  }

  #end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      this.#watch.ended?.(end);
    } catch {
      // As above.
    }
  }
}
