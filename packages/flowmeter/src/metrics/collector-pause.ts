import { UnsuccessfulRequest } from './otlp-failure.ts';

/** The time for which a collector has asked to be left alone, in the pushes to come as well. */
export class CollectorPause {
  #untilMs = -Infinity;
  #error: UnsuccessfulRequest | undefined;

  /** Begins where the answer asks for it. */
  begin(error: unknown, nowMs: number): void {
    if (!(error instanceof UnsuccessfulRequest) || error.retryAfterMs === undefined) return;
    this.#untilMs = nowMs + error.retryAfterMs;
    this.#error = error;
  }

  /** Throws what has begun it, while it lasts. */
  throwUntilOver(nowMs: number): void {
    if (nowMs < this.#untilMs && this.#error !== undefined) throw this.#error;
  }
}
