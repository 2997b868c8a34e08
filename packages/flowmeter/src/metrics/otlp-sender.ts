import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';
import { CollectorPause } from './collector-pause.ts';
import { NoAnswer } from './no-answer.ts';
import { AnswerReader } from './otlp-answer.ts';
import { OtlpEncoder, type EncodedPart } from './otlp-encoder.ts';
import { OtlpAttempt } from './otlp-attempt.ts';
import type { OtlpConnection } from './otlp-connection.ts';
import { pauseBefore, remedyFor } from './otlp-failure.ts';
import type { PushClock } from './push-clock.ts';
import type { PushTally } from './push-tally.ts';
import type { RequestLimit } from './request-limit.ts';
import { RequestPart } from './request-part.ts';

/** How often a request is tried. */
const MOST_TRIES = 6;

/**
 * OTLP. Unlike OpenTelemetry's exporters, whose sockets and retries keep a process alive
 * for as long as they take, neither does here: who wants an export finished before the process ends holds it.
 *
 * A push is as many requests as its size needs, one after the other. One that is refused for what it holds keeps the others from
 * nothing; where the collector cannot be reached, or wants to be left alone, there are no further ones.
 *
 * Where nobody can know whether a request was taken, because the connection ended or the time was over before the answer,
 * it counts as not taken: what it brought arrives twice with delta temporality, rather than not at all.
 */
export class OtlpSender {
  readonly #otlp: OtlpConfiguration;
  readonly #clock: PushClock;
  readonly #limit: RequestLimit;
  readonly #encoder: OtlpEncoder;
  readonly #answers: AnswerReader;
  readonly #connection: OtlpConnection;
  readonly #pause = new CollectorPause();
  /** By when everything has to end. */
  #until = Infinity;
  /** By when the push under way has to end. */
  #deadline = Infinity;
  /** Why the push under way is given up; it is the reason of this signal. */
  #abandoning = new AbortController();
  /** Ends the wait for another try. */
  #waiting = new AbortController();
  #attempt: OtlpAttempt | undefined;

  constructor(otlp: OtlpConfiguration, connection: OtlpConnection, limit: RequestLimit, clock: PushClock) {
    this.#otlp = otlp;
    this.#clock = clock;
    this.#limit = limit;
    this.#encoder = new OtlpEncoder(otlp.protocol, limit);
    this.#answers = new AnswerReader(otlp.protocol);
    this.#connection = connection;
  }

  /** Delivers what it can, and notes that. Resolves when nothing more is tried; never rejects. */
  async push(tally: PushTally): Promise<void> {
    const { signal } = (this.#abandoning = new AbortController());
    this.#deadline = Math.min(this.#clock.now() + this.#otlp.timeoutMs, this.#until);
    try {
      // A process that ends has no later.
      if (this.#until === Infinity) this.#pause.throwUntilOver(this.#clock.now());
      await this.#deliver(RequestPart.all(tally.metrics), tally, signal);
      tally.end();
    } catch (error) {
      tally.end(error);
    }
  }

  /**
   * Has everything end by `until`, until this is called with `Infinity`: what waits for another try makes it now, as its
   * last, and what is under way has half of the time, so that one more push finds room.
   */
  hurry(until: number): void {
    this.#until = until;
    if (until === Infinity) return;
    const halfMs = (until - this.#clock.now()) / 2;
    this.#deadline = Math.min(this.#deadline, this.#clock.now() + halfMs);
    this.#waiting.abort();
    this.#attempt?.shorten(halfMs);
  }

  /** Ends the push under way for the reason: its request is cut off, and there is no other one. */
  abandon(reason: Error): void {
    this.#abandoning.abort(reason);
    this.#waiting.abort();
    this.#attempt?.abandon(reason);
  }

  async shutdown(): Promise<void> {
    this.#connection.close();
  }

  /** Rejects where the push is to end. */
  async #deliver(part: RequestPart, tally: PushTally, signal: AbortSignal): Promise<void> {
    for (const encoded of this.#encoder.encode(part)) {
      try {
        const answer = await this.#request(encoded.body, tally, signal);
        tally.take(encoded.part, this.#answers.rejectedIn(answer, encoded.part.points));
      } catch (error) {
        const remedy = remedyFor(error);
        if (remedy === 'smaller') await this.#deliverSmaller(encoded, error, tally, signal);
        else if (remedy === 'others') tally.fail(encoded.part, error);
        else throw error;
      }
    }
  }

  async #deliverSmaller(
    { part, body }: EncodedPart,
    error: unknown,
    tally: PushTally,
    signal: AbortSignal,
  ): Promise<void> {
    const isDivisible = part.points > 1;
    if (!this.#limit.lower(body.byteLength, isDivisible)) throw error;
    // Under the new limit it is several.
    if (isDivisible) await this.#deliver(part, tally, signal);
    else tally.fail(part, error);
  }

  /** A request with its retries; resolves to the answer when it was taken, rejects with the reason otherwise. */
  async #request(message: Uint8Array, tally: PushTally, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const body = this.#otlp.compression === 'gzip' ? await promisify(gzip)(message) : message;
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      // A request without time for its answer could be taken and not counted.
      if (this.#leftMs() <= 0) throw new NoAnswer(this.#otlp.timeoutMs);
      try {
        return await this.#try(body, tally);
      } catch (error) {
        if (remedyFor(error) !== 'again') throw error;
        this.#pause.begin(error, this.#clock.now());
        const pauseMs = pauseBefore(tries, error);
        if (tries >= MOST_TRIES || pauseMs >= this.#leftMs()) throw error;
        this.#waiting = new AbortController();
        if (this.#until === Infinity) await this.#clock.wait(pauseMs, this.#waiting.signal);
        if (this.#until < Infinity) tries = MOST_TRIES - 1;
      }
    }
  }

  async #try(body: Uint8Array, tally: PushTally): Promise<Uint8Array | undefined> {
    const attempt = new OtlpAttempt(this.#connection.send(body), this.#leftMs());
    this.#attempt = attempt;
    try {
      return await attempt.answer;
    } finally {
      tally.answered(attempt.status);
      this.#attempt = undefined;
    }
  }

  #leftMs(): number {
    return this.#deadline - this.#clock.now();
  }
}
