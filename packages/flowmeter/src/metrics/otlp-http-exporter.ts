import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';
import { warnThroughDiag } from '../messages.ts';
import { reasonOf } from '../reason-of.ts';
import { beginRequest, createAgent } from './otlp-http-request.ts';
import { isRetryable, pauseBefore, UnsuccessfulRequest, retryAfterMs } from './otlp-retry.ts';

/** How often a push is tried. */
const MOST_TRIES = 6;

/** What is read of an answer: it holds a number and a sentence at the most. */
const LONGEST_ANSWER_BYTES = 65_536;

/**
 * OTLP over HTTP with OpenTelemetry's own encoding. Unlike its exporter, whose sockets and retries keep a process alive
 * for as long as they take, neither does here: who wants an export finished before the process ends holds it.
 */
export class OtlpHttpExporter implements PushMetricExporter {
  readonly #otlp: OtlpConfiguration;
  readonly #serializer: typeof ProtobufMetricsSerializer;
  readonly #agent: Agent;
  /** By when everything has to end, on the clock of `performance.now`. */
  #until = Infinity;
  /** Ends the wait for another try. */
  #waiting = new AbortController();
  /** Shortens the request that is under way. */
  #shorten: ((limitMs: number) => void) | undefined;

  constructor(otlp: OtlpConfiguration) {
    this.#otlp = otlp;
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
    if (until === Infinity) {
      this.#waiting = new AbortController();
      return;
    }
    this.#waiting.abort();
    this.#shorten?.((until - performance.now()) / 2);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.#agent.destroy();
  }

  async #push(metrics: ResourceMetrics): Promise<void> {
    const message = this.#serializer.serializeRequest(metrics);
    if (message === undefined) throw new Error('the metrics cannot be encoded');
    const body = this.#otlp.compression === 'gzip' ? await promisify(gzip)(message) : message;
    const deadline = performance.now() + this.#otlp.timeoutMs;
    const leftMs = (): number => Math.min(deadline, this.#until) - performance.now();
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#send(body, Math.max(1, leftMs()));
      } catch (error) {
        const pauseMs = pauseBefore(tries, error);
        if (tries >= MOST_TRIES || !isRetryable(error) || pauseMs >= leftMs()) throw error;
        const { signal } = this.#waiting;
        await wait(pauseMs, undefined, { ref: false, signal }).catch(() => {});
        if (signal.aborted) tries = MOST_TRIES - 1;
      }
    }
  }

  /** One request; resolves when it was taken, rejects with the reason otherwise. */
  async #send(body: Uint8Array, limitMs: number): Promise<void> {
    const request = beginRequest(this.#otlp, this.#agent, body.byteLength);
    request.on('socket', (socket) => {
      socket.unref();
      // Each further address of a host that is tried gets a handle of its own.
      if (!request.reusedSocket) socket.on('connectionAttempt', () => socket.unref());
    });
    const timeout = new Error(`no answer within ${Math.ceil(limitMs)} ms`);
    let timer: NodeJS.Timeout | undefined;
    const limitTo = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => request.destroy(timeout), Math.max(1, ms)).unref();
    };
    limitTo(limitMs);
    const begun = performance.now();
    this.#shorten = (ms) => limitTo(Math.min(ms, begun + limitMs - performance.now()));
    try {
      const response = await answer(request, body);
      const { statusCode = 0, statusMessage = '' } = response;
      // The status decides, whatever becomes of the rest of the answer.
      if (statusCode >= 200 && statusCode < 300) return this.#tellPartialSuccess(await read(response));
      response.destroy();
      const text = `HTTP ${statusCode} ${statusMessage}`.trim();
      throw new UnsuccessfulRequest(text, statusCode, retryAfterMs(response.headers['retry-after']));
    } catch (error) {
      // A connection that the collector had closed while it was idle says nothing about the collector.
      throw request.reusedSocket && isReset(error)
        ? new UnsuccessfulRequest('the connection was reset', 'stale', 0)
        : error;
    } finally {
      this.#shorten = undefined;
      clearTimeout(timer);
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

function answer(request: ClientRequest, body: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays until the end: an error after the response must not be an uncaught one.
    request.on('error', reject);
    request.once('close', () => reject(new Error('the connection was closed without an answer')));
    request.end(body);
  });
}

/** The content of an answer; `undefined` if it breaks off, or is longer than any answer is. */
async function read(response: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > LONGEST_ANSWER_BYTES) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}

function isReset(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
