/**
 * OTLP over gRPC: the one unary call there is, as HTTP/2 has it (gRPC over HTTP2, grpc/doc/PROTOCOL-HTTP2.md).
 *
 *     request    :path = METHOD, te = trailers; a body of one message
 *     message    1 byte: whether it is compressed | 4 bytes: its length, big-endian | the message
 *     answer     a body of one message, then the status in trailers; or the status in the headers, and no body
 */
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { retryDelayMs } from './grpc-retry-info.ts';
import { certificatesOf } from './otlp-certificates.ts';
import { LONGEST_ANSWER_BYTES, type RequestUnderWay } from './otlp-attempt.ts';
import type { OtlpConnection, OtlpTarget } from './otlp-connection.ts';
import { codeOf, grpcFailure, httpFailure, retryAfterMs, staleConnection } from './otlp-failure.ts';
import { USER_AGENT } from './user-agent.ts';

const METHOD = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const PREFIX_BYTES = 5;
const OK = 0;
const STREAM_CANCEL = 'ERR_HTTP2_STREAM_CANCEL';
const LOST: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', STREAM_CANCEL, 'ERR_HTTP2_GOAWAY_SESSION']);

/** The connection to a collector by gRPC, which is made when it is needed. */
export class GrpcConnection implements OtlpConnection {
  readonly #target: OtlpTarget;
  readonly #certificates: ReturnType<typeof certificatesOf>;
  #session: ClientHttp2Session | undefined;

  constructor(target: OtlpTarget) {
    this.#target = target;
    this.#certificates = target.url.startsWith('https:') ? certificatesOf(target) : {};
  }

  send(body: Uint8Array): RequestUnderWay {
    const isReused = this.#session !== undefined && !this.#session.closed && !this.#session.destroyed;
    const session = isReused && this.#session !== undefined ? this.#session : this.#connect();
    this.#session = session;
    const stream = session.request(this.#headers());
    let status: number | undefined;
    const answer = new Promise<Uint8Array | undefined>((resolve, reject) => {
      const fail = (error: unknown): void => reject(isReused && isLost(error) ? staleConnection() : behind(error));
      session.once('error', fail);
      stream.once('close', () => session.off('error', fail));
      const take = (ended: EndedCall): void => {
        status = ended.code;
        if (ended.failure === undefined) resolve(ended.message);
        else fail(ended.failure);
      };
      readAnswer(stream, take, fail);
      stream.end(framed(body, this.#target.compression === 'gzip'));
    });
    // There is one request at a time: with it ends the connection, which may be why there was no answer.
    const cut = (reason: Error): void => {
      stream.destroy(reason);
      session.destroy();
    };
    return {
      answer,
      get status() {
        return status;
      },
      cut,
    };
  }

  close(): void {
    this.#session?.destroy();
  }

  #connect(): ClientHttp2Session {
    const { url } = this.#target;
    const session = connectHttp2(url, {
      createConnection: ({ hostname, port, protocol }) => this.#socket(hostname, port, protocol),
    });
    // Between requests nobody listens for what ends an idle connection.
    return session.on('error', () => {});
  }

  #socket(hostname: string, port: string, protocol: string): Socket {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const isSecure = protocol === 'https:';
    const where = { host, port: port === '' ? (isSecure ? 443 : 80) : Number(port) };
    const socket = isSecure
      ? connectSecurely({ ...where, ...this.#certificates, ALPNProtocols: ['h2'], ...serverName(host) })
      : connect(where);
    socket.unref();
    // Each further address of a host that is tried gets a handle of its own.
    return socket.on('connectionAttempt', () => socket.unref());
  }

  #headers(): Record<string, string> {
    const { headers, compression } = this.#target;
    const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    return {
      'user-agent': USER_AGENT,
      ...Object.fromEntries(names),
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: METHOD,
      te: 'trailers',
      'content-type': 'application/grpc',
      ...(compression === 'gzip' && { 'grpc-encoding': 'gzip' }),
    };
  }
}

function framed(message: Uint8Array, isCompressed: boolean): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.byteLength);
  frame.writeUInt8(isCompressed ? 1 : 0, 0);
  frame.writeUInt32BE(message.byteLength, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** How a call has ended that was answered. */
interface EndedCall {
  /** The status of gRPC; `undefined` if what answered does not speak it. */
  readonly code: number | undefined;
  readonly failure: Error | undefined;
  /** `undefined` if it breaks off. */
  readonly message: Uint8Array | undefined;
}

function readAnswer(stream: ClientHttp2Stream, take: (ended: EndedCall) => void, fail: (error: Error) => void): void {
  const chunks: Buffer[] = [];
  let [size, status] = [0, 0];
  const end = (headers: IncomingHttpHeaders): void => {
    const code = codeIn(headers);
    take({ code, failure: failureIn(code, headers, status), message: messageIn(Buffer.concat(chunks)) });
  };
  stream.on('response', (headers) => {
    status = headers[':status'] ?? 0;
    if (headers['grpc-status'] !== undefined || status !== 200) {
      end(headers);
      stream.close(constants.NGHTTP2_CANCEL);
    }
  });
  stream.on('trailers', end);
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= LONGEST_ANSWER_BYTES) chunks.push(chunk);
    else stream.destroy(new Error('the answer is longer than any is'));
  });
  // Stays until the end: an error after the answer must not be an uncaught one.
  stream.on('error', fail);
  stream.once('close', () => fail(new Error('the connection was closed without an answer')));
}

function codeIn(headers: IncomingHttpHeaders): number | undefined {
  const code = headers['grpc-status'];
  return typeof code === 'string' && /^\d{1,3}$/.test(code) ? Number(code) : undefined;
}

/** What the answer's status says, `undefined` for success. What is not gRPC has but a status of HTTP. */
function failureIn(code: number | undefined, headers: IncomingHttpHeaders, status: number): Error | undefined {
  if (code === OK) return undefined;
  if (code !== undefined) {
    return grpcFailure(code, unescaped(headers['grpc-message']), retryDelayMs(headers['grpc-status-details-bin']));
  }
  if (status === 200) return new Error('the answer has no gRPC status');
  return httpFailure(status, '', retryAfterMs(headers['retry-after']));
}

function unescaped(message: string | string[] | undefined): string {
  const text = String(message ?? '').slice(0, 1000);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `undefined` if it is compressed, which nobody has asked for, or not whole. */
function messageIn(frame: Buffer): Uint8Array | undefined {
  if (frame.length < PREFIX_BYTES || frame[0] !== 0) return undefined;
  const message = frame.subarray(PREFIX_BYTES, PREFIX_BYTES + frame.readUInt32BE(1));
  return message.length === frame.readUInt32BE(1) ? message : undefined;
}

/** Names only: an address is none for a certificate to be asked for by. */
function serverName(host: string): { servername: string } | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : { servername: host };
}

/** What has ended the connection, where a call tells only that it was cut off with it. */
function behind(error: unknown): unknown {
  return error instanceof Error && codeOf(error) === STREAM_CANCEL && error.cause !== undefined ? error.cause : error;
}

/** Whether a connection that was idle had been given up by the other side. */
function isLost(error: unknown): boolean {
  return LOST.has(codeOf(error));
}
