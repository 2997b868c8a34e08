import { NoAnswer } from './no-answer.ts';

/** A request that has begun, by whichever protocol. It holds no process. */
export interface RequestUnderWay {
  /**
   * Resolves when the request was taken, to what the collector says of that, `undefined` if it breaks off or is longer than any
   * answer is. Rejects with the reason otherwise.
   */
  readonly answer: Promise<Uint8Array | undefined>;
  /** That of the answer, in HTTP or gRPC, once there is one. */
  readonly status: number | undefined;
  /** Cuts it off: `answer` rejects with the reason, unless the request was taken already. */
  cut(reason: Error): void;
}

/** What is read of an answer: it holds a number and a sentence at the most. */
export const LONGEST_ANSWER_BYTES = 65_536;

/** One request within its time, which can be shortened while it is under way. */
export class OtlpAttempt {
  /** As that of the request. */
  readonly answer: Promise<Uint8Array | undefined>;
  readonly #request: RequestUnderWay;
  readonly #endsAtMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: RequestUnderWay, limitMs: number) {
    this.#request = request;
    this.#endsAtMs = performance.now() + limitMs;
    this.#endIn(limitMs);
    this.answer = request.answer.finally(() => clearTimeout(this.#timer));
  }

  /** As that of the request. */
  get status(): number | undefined {
    return this.#request.status;
  }

  /** Has it end within so long, if it would not anyway. */
  shorten(limitMs: number): void {
    const leftMs = this.#endsAtMs - performance.now();
    if (limitMs < leftMs) this.#endIn(limitMs);
  }

  /** Cuts it off: `answer` rejects with the reason, unless the request was taken already. */
  abandon(reason: Error): void {
    this.#request.cut(reason);
  }

  #endIn(ms: number): void {
    clearTimeout(this.#timer);
    const reason = new NoAnswer(ms);
    this.#timer = setTimeout(() => this.abandon(reason), Math.max(1, ms)).unref();
  }
}
