import type { Agent } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ExportResult } from '@opentelemetry/core';
import { ExportResultCode } from '@flowmeter/engine';
import type { ProtobufMetricsSerializer as Serializer } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';
import { warnThroughDiag } from '../messages.ts';
import { loadOtlpTransformer } from '../open-telemetry-on-demand.ts';
import { reasonOf } from '../reason-of.ts';
import { OtlpHttpAttempt } from './otlp-http-attempt.ts';
import { createAgent } from './otlp-http-request.ts';
import { isRetryable, pauseBefore } from './otlp-retry.ts';
import type { PushClock } from './push-clock.ts';

const { JsonMetricsSerializer, ProtobufMetricsSerializer } = loadOtlpTransformer();

/** How often a push is tried. */
const MOST_TRIES = 6;

/**
 * OTLP over HTTP with OpenTelemetry's own encoding. Unlike its exporter, whose sockets and retries keep a process alive
 * for as long as they take, neither does here: who wants an export finished before the process ends holds it.
 *
 * Where nobody can know whether a request was taken, because the connection ended or the time was over before the answer,
 * it counts as not taken: what it brought arrives twice with delta temporality, rather than not at all.
 */
export class OtlpHttpExporter implements PushMetricExporter {
  readonly #otlp: OtlpConfiguration;
  readonly #clock: PushClock;
  readonly #serializer: typeof Serializer;
  readonly #agent: Agent;
  /** By when everything has to end. */
  #until = Infinity;
  /** Why the export under way is given up; it is the reason of this signal. */
  #abandoning = new AbortController();
  /** Ends the wait for another try. */
  #waiting = new AbortController();
  #attempt: OtlpHttpAttempt | undefined;

  constructor(otlp: OtlpConfiguration, clock: PushClock) {
    this.#otlp = otlp;
    this.#clock = clock;
    this.#serializer = otlp.protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
    this.#agent = createAgent(otlp);
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#push(metrics).then(
      () => done({ code: ExportResultCode.SUCCESS }),
      (error: unknown) => done({ code: ExportResultCode.FAILED, error: error as Error }),
    );
  }

  /**
   * Has everything end by `until`, until this is called with `Infinity`: what waits for another try makes it now, as its
   * last, and what is under way has half of the time, so that one more push finds room.
   */
  hurry(until: number): void {
    this.#until = until;
    if (until === Infinity) return;
    this.#waiting.abort();
    this.#attempt?.shorten((until - this.#clock.now()) / 2);
  }

  /** Ends the export under way, which fails with the reason: its request is cut off, and there is no other one. */
  abandon(reason: Error): void {
    this.#abandoning.abort(reason);
    this.#waiting.abort();
    this.#attempt?.abandon(reason);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.#agent.destroy();
  }

  async #push(metrics: ResourceMetrics): Promise<void> {
    const deadline = this.#clock.now() + this.#otlp.timeoutMs;
    const leftMs = (): number => Math.min(deadline, this.#until) - this.#clock.now();
    const { signal } = (this.#abandoning = new AbortController());
    const message = this.#serializer.serializeRequest(metrics);
    if (message === undefined) throw new Error('the metrics cannot be encoded');
    const body = this.#otlp.compression === 'gzip' ? await promisify(gzip)(message) : message;
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      try {
        return await this.#send(body, Math.max(1, leftMs()));
      } catch (error) {
        const pauseMs = pauseBefore(tries, error);
        if (tries >= MOST_TRIES || !isRetryable(error) || pauseMs >= leftMs()) throw error;
        this.#waiting = new AbortController();
        if (this.#until === Infinity) await this.#clock.wait(pauseMs, this.#waiting.signal);
        if (this.#until < Infinity) tries = MOST_TRIES - 1;
      }
    }
  }

  /** One request; resolves when it was taken, rejects with the reason otherwise. */
  async #send(body: Uint8Array, limitMs: number): Promise<void> {
    this.#attempt = new OtlpHttpAttempt(this.#otlp, this.#agent, body, limitMs);
    try {
      this.#tellPartialSuccess(await this.#attempt.answer);
    } finally {
      this.#attempt = undefined;
    }
  }

  #tellPartialSuccess(content: Uint8Array | undefined): void {
    if (content === undefined || content.length === 0) return;
    try {
      const { partialSuccess } = this.#serializer.deserializeResponse(content) ?? {};
      if (partialSuccess == null || Object.keys(partialSuccess).length === 0) return;
      warnThroughDiag(`the collector has taken only a part: ${JSON.stringify(partialSuccess)}`);
    } catch (error) {
      warnThroughDiag(`the collector has taken a push, but its answer is not OTLP: ${reasonOf(error)}`);
    }
  }
}
