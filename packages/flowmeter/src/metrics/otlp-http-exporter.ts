import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { diag } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';

/** The answers after which a request may be made again (specification, OTLP/HTTP, "Retryable Response Codes"). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Before the first retry; each further one waits half as long again, to the longest, all give or take a fifth. */
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 5000;

/** An answer that asks for another try. */
class RetryableError extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * OTLP over HTTP with OpenTelemetry's own encoding. Unlike its exporter, whose sockets and retries keep a process alive
 * for as long as they take, neither does here: who wants an export finished before the process ends holds it.
 */
export class OtlpHttpExporter implements PushMetricExporter {
  readonly #otlp: OtlpConfiguration;
  readonly #timeoutMs: number;
  readonly #serializer: typeof ProtobufMetricsSerializer;
  readonly #agent: HttpAgent;
  readonly #lastTry = new AbortController();

  constructor(otlp: OtlpConfiguration, timeoutMs: number) {
    this.#otlp = otlp;
    this.#timeoutMs = timeoutMs;
    this.#serializer = otlp.protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
    this.#agent = otlp.url.startsWith('https:') ? secureAgent(otlp) : new HttpAgent({ keepAlive: true });
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#push(metrics).then(
      () => done({ code: ExportResultCode.SUCCESS }),
      (error: unknown) => done({ code: ExportResultCode.FAILED, error: error as Error }),
    );
  }

  /** Ends the export that waits for its next try, and lets the one under way have no further. */
  stopRetrying(): void {
    this.#lastTry.abort();
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.#agent.destroy();
  }

  async #push(metrics: ResourceMetrics): Promise<void> {
    const message = this.#serializer.serializeRequest(metrics);
    if (message === undefined) throw new Error('the metrics cannot be encoded');
    const body = this.#otlp.compression === 'gzip' ? await promisify(gzip)(message) : message;
    const deadline = performance.now() + this.#timeoutMs;
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 1.5, LONGEST_BACKOFF_MS)) {
      try {
        return await this.#send(body, deadline - performance.now());
      } catch (error) {
        const pauseMs = pauseAfter(error, backoffMs);
        if (pauseMs === undefined || pauseMs >= deadline - performance.now()) throw error;
        await wait(pauseMs, undefined, { ref: false, signal: this.#lastTry.signal }).catch(() => {
          throw error;
        });
      }
    }
  }

  /** One request; resolves when it was taken, rejects with the reason otherwise. */
  async #send(body: Uint8Array, limitMs: number): Promise<void> {
    const { url, headers, compression, protocol } = this.#otlp;
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, {
      method: 'POST',
      agent: this.#agent,
      headers: {
        ...headers,
        'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
        'content-length': body.byteLength,
        ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
      },
    });
    request.on('socket', (socket) => socket.unref());
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${Math.round(limitMs)} ms`)), limitMs);
    timer.unref();
    try {
      const response = await answer(request, body);
      const content = await buffer(response);
      const { statusCode = 0, statusMessage = '' } = response;
      if (statusCode >= 200 && statusCode < 300) return this.#tellPartialSuccess(content);
      const text = `HTTP ${statusCode} ${statusMessage}`.trim();
      if (!RETRYABLE.has(statusCode)) throw new Error(text);
      throw new RetryableError(text, millisecondsUntil(response.headers['retry-after']));
    } finally {
      clearTimeout(timer);
    }
  }

  #tellPartialSuccess(content: Uint8Array): void {
    if (content.length === 0) return;
    try {
      const { partialSuccess } = this.#serializer.deserializeResponse(content) ?? {};
      if (partialSuccess == null || Object.keys(partialSuccess).length === 0) return;
      diag.warn(`flowmeter: the collector has taken only a part: ${JSON.stringify(partialSuccess)}`);
    } catch (error) {
      diag.warn(`flowmeter: the collector has taken a push, but its answer is not OTLP: ${String(error)}`);
    }
  }
}

function answer(request: ClientRequest, body: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays until the end: an error after the response must not be an uncaught one.
    request.on('error', reject);
    request.end(body);
  });
}

/** How long to wait before another try; `undefined` where there is to be none. */
function pauseAfter(error: unknown, backoffMs: number): number | undefined {
  if (error instanceof RetryableError && error.retryAfterMs !== undefined) return error.retryAfterMs;
  // What has a code comes from the network; what has none was an answer, or a time-out that leaves no time.
  const isNetworkError = error instanceof Error && 'code' in error;
  return error instanceof RetryableError || isNetworkError ? backoffMs * (0.8 + 0.4 * Math.random()) : undefined;
}

/** The value of a `Retry-After` header, seconds or a date, in milliseconds from now. */
function millisecondsUntil(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function secureAgent({ certificate, clientCertificate, clientKey }: OtlpConfiguration): HttpsAgent {
  return new HttpsAgent({
    keepAlive: true,
    ...(certificate !== undefined && { ca: readFileSync(certificate) }),
    ...(clientCertificate !== undefined && { cert: readFileSync(clientCertificate) }),
    ...(clientKey !== undefined && { key: readFileSync(clientKey) }),
  });
}
