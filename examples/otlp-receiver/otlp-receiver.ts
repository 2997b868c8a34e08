/**
 * A small OTLP/HTTP receiver for looking at what an application pushes: it decodes `POST /v1/metrics` in protobuf or
 * JSON, plain or gzipped, and keeps every request in memory. It stores and forwards nothing.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { contentTypeOf, decodeRequest, encodeFailure, encodeSuccess, encodingOf, type Encoding } from './codec.ts';
import type { MetricsData } from './otlp-data.ts';
import { attributesOf, flattenSeries, type Series } from './series.ts';

export type { MetricsData } from './otlp-data.ts';
export {
  flattenSeries,
  type ExponentialHistogramSeries,
  type GaugeSeries,
  type HistogramSeries,
  type Series,
  type SeriesExemplar,
  type SumSeries,
  type Temporality,
} from './series.ts';

/** One export request, as it came in. */
export interface OtlpRequest {
  path: string;
  headers: IncomingHttpHeaders;
  encoding: Encoding;
  /** The size of the body on the wire, in bytes. */
  wireBytes: number;
  /** The status it was answered with. */
  status: number;
  /** The attributes of the first resource in it; exporters send one. */
  resource: Record<string, string>;
  data: MetricsData;
  /** `data` laid flat. */
  series: Series[];
}

/** How requests are answered in the place of success. */
export interface Answer {
  /** How many requests are answered so, until further notice if not given. */
  times?: number;
  headers?: Record<string, string>;
  /** How long the answer is held back. */
  delayMs?: number;
}

/** A running receiver. */
export interface OtlpReceiver extends AsyncDisposable {
  /** The endpoint without a path, fit for OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** The requests that could be decoded, oldest first, whatever it was answered with. */
  readonly requests: readonly OtlpRequest[];
  /** The series of the newest request that was answered 200. */
  metrics(): Series[];
  /** The first request answered 200, past or to come, that `predicate` accepts; rejects after `timeoutMs` and at `close`. */
  waitFor(predicate: (request: OtlpRequest) => boolean, timeoutMs?: number): Promise<OtlpRequest>;
  /** Answers the next requests with `status`; `respondWith(200)` returns to normal. */
  respondWith(status: number, answer?: Answer): void;
  /** Stops listening, drops open connections, and ends every wait. */
  close(): Promise<void>;
}

/** Where a receiver listens and what it does with requests. */
export interface OtlpReceiverOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  /** How many of the newest requests are kept; all of them if not given. */
  keep?: number;
  /** Called with every request that could be decoded, before it is answered. */
  onRequest?: (request: OtlpRequest) => void;
}

/** Starts a receiver. */
export async function startOtlpReceiver(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const { port = 0, host = 'localhost', keep = Infinity, onRequest } = options;
  const requests: OtlpRequest[] = [];
  const waiting = new Set<{ seen(request: OtlpRequest): void; fail(reason: string): void }>();
  let status = 200;
  let answer: Answer = {};
  let remaining = Infinity;

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const encoding = encodingOf(request.headers['content-type']);
    const refusal = refusalOf(request, encoding);
    if (refusal || !encoding) {
      return send(response, refusal?.status ?? 415, encoding ?? 'json', refusal?.message ?? '');
    }
    let data: MetricsData;
    let series: Series[];
    try {
      data = decodeRequest(await plainBody(request, body), encoding);
      series = flattenSeries(data);
    } catch (error) {
      return send(response, 400, encoding, `malformed export request: ${String(error)}`);
    }
    const received = takeAnswer();
    const resource = attributesOf(data.resourceMetrics?.[0]?.resource?.attributes);
    const { url: path = '/', headers } = request;
    const kept = { path, headers, encoding, wireBytes: body.length, status: received.status, resource, data, series };
    requests.push(kept);
    if (requests.length > keep) requests.shift();
    onRequest?.(kept);
    if (received.status === 200) for (const waiter of waiting) waiter.seen(kept);
    if (received.delayMs) await new Promise((resolve) => setTimeout(resolve, received.delayMs));
    send(response, received.status, encoding, 'answered so on purpose', received.headers);
  }

  function takeAnswer(): Answer & { status: number } {
    if (remaining <= 0) return { status: 200 };
    remaining -= 1;
    return { status, ...answer };
  }

  function waitFor(predicate: (request: OtlpRequest) => boolean, timeoutMs = 5000): Promise<OtlpRequest> {
    const past = requests.find((request) => request.status === 200 && predicate(request));
    if (past) return Promise.resolve(past);
    const { promise, resolve, reject } = Promise.withResolvers<OtlpRequest>();
    const waiter = {
      seen: (request: OtlpRequest): void => {
        if (predicate(request)) resolve(request);
      },
      fail: (reason: string): void => reject(new Error(`no such OTLP request ${reason} (${requests.length} received)`)),
    };
    const timer = setTimeout(waiter.fail, timeoutMs, `within ${timeoutMs} ms`);
    waiting.add(waiter);
    return promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(waiter);
    });
  }

  async function close(): Promise<void> {
    for (const waiter of waiting) waiter.fail('before the receiver was closed');
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    requests,
    metrics: () => requests.findLast((request) => request.status === 200)?.series ?? [],
    waitFor,
    respondWith(nextStatus, nextAnswer = {}) {
      status = nextStatus;
      answer = nextAnswer;
      remaining = nextAnswer.times ?? Infinity;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function refusalOf(
  request: IncomingMessage,
  encoding: Encoding | undefined,
): { status: number; message: string } | undefined {
  const { method, url = '/', headers } = request;
  if (url.split('?', 1)[0] !== '/v1/metrics') return { status: 404, message: `nothing is received at ${url}` };
  if (method !== 'POST') return { status: 405, message: `${method} is not POST` };
  if (!encoding) {
    return { status: 415, message: `Content-Type ${headers['content-type']} is not application/x-protobuf or /json` };
  }
  const compression = headers['content-encoding'] ?? 'identity';
  if (compression !== 'gzip' && compression !== 'identity') {
    return { status: 415, message: `Content-Encoding ${compression} is not gzip` };
  }
  return undefined;
}

async function plainBody(request: IncomingMessage, body: Buffer): Promise<Buffer> {
  return request.headers['content-encoding'] === 'gzip' ? promisify(gunzip)(body) : body;
}

function send(
  response: ServerResponse,
  status: number,
  encoding: Encoding,
  message: string,
  headers: Record<string, string> = {},
): void {
  const body = status === 200 ? encodeSuccess(encoding) : encodeFailure(encoding, message);
  response.writeHead(status, { 'content-type': contentTypeOf(encoding), 'content-length': body.length, ...headers });
  response.end(body);
}
