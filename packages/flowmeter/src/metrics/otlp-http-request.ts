import http, { type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';

import { LONGEST_ANSWER_BYTES, type RequestUnderWay } from './otlp-attempt.ts';
import type { OtlpConnection, OtlpTarget } from './otlp-connection.ts';
import { httpFailure, retryAfterMs, staleConnection } from './otlp-failure.ts';
import { certificatesOf } from './otlp-certificates.ts';
import { USER_AGENT } from './user-agent.ts';

/** As many interim answers (1xx) as there may be before the one that counts. */
const MOST_INTERIM_ANSWERS = 20;

/** The connections to a collector by HTTP. */
export class HttpConnection implements OtlpConnection {
  readonly #target: OtlpTarget;
  readonly #agent: Agent;

  constructor(target: OtlpTarget) {
    this.#target = target;
    const isSecure = target.url.startsWith('https:');
    const options = { keepAlive: true, ...(isSecure && certificatesOf(target)) };
    this.#agent = isSecure ? new https.Agent(options) : new http.Agent(options);
  }

  send(body: Uint8Array): RequestUnderWay {
    const request = this.#begin(body.byteLength);
    request.on('socket', (socket) => {
      socket.unref();
      // Each further address of a host that is tried gets a handle of its own.
      if (!request.reusedSocket) socket.on('connectionAttempt', () => socket.unref());
    });
    let interim = 0;
    request.on('information', () => {
      interim += 1;
      if (interim > MOST_INTERIM_ANSWERS) request.destroy(new Error('interim answers (1xx) do not end'));
    });
    let status: number | undefined;
    request.once('response', ({ statusCode }) => (status = statusCode));
    return {
      answer: answerTo(request, body),
      get status() {
        return status;
      },
      cut: (reason) => void request.destroy(reason),
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  #begin(bytes: number): ClientRequest {
    const { url, headers, protocol, compression } = this.#target;
    return (url.startsWith('https:') ? https : http).request(url, {
      method: 'POST',
      agent: this.#agent,
      headers: {
        'user-agent': USER_AGENT,
        ...headers,
        'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
        'content-length': bytes,
        ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
      },
    });
  }
}

async function answerTo(request: ClientRequest, body: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const response = await responseTo(request, body);
    const { statusCode = 0, statusMessage = '' } = response;
    // The status decides, whatever becomes of the rest of the answer.
    if (statusCode >= 200 && statusCode < 300) return await read(response);
    response.destroy();
    throw httpFailure(statusCode, statusMessage, retryAfterMs(response.headers['retry-after']));
  } catch (error) {
    // A connection that the collector had closed while it was idle says nothing about the collector.
    throw request.reusedSocket && isReset(error) ? staleConnection() : error;
  }
}

function responseTo(request: ClientRequest, body: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays until the end: an error after the response must not be an uncaught one.
    request.on('error', reject);
    request.once('close', () => reject(new Error('the connection was closed without an answer')));
    request.end(body);
  });
}

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
