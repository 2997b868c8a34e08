import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { NoAnswer } from './no-answer.ts';
import { beginRequest, type OtlpTarget } from './otlp-http-request.ts';
import { retryAfterMs, UnsuccessfulRequest } from './otlp-retry.ts';

/** What is read of an answer: it holds a number and a sentence at the most. */
const LONGEST_ANSWER_BYTES = 65_536;

/** One request, which can be shortened and cut off while it is under way. It holds no process. */
export class OtlpHttpAttempt {
  /**
   * Resolves when the request was taken, to what the collector says of that, `undefined` if it breaks off or is longer than any
   * answer is. Rejects with the reason otherwise.
   */
  readonly answer: Promise<Uint8Array | undefined>;
  /** That of the answer, once there is one. */
  status: number | undefined;
  readonly #request: ClientRequest;
  readonly #endsAtMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: OtlpTarget, agent: Agent, body: Uint8Array, limitMs: number) {
    const request = beginRequest(target, agent, body.byteLength);
    request.on('socket', (socket) => {
      socket.unref();
      // Each further address of a host that is tried gets a handle of its own.
      if (!request.reusedSocket) socket.on('connectionAttempt', () => socket.unref());
    });
    this.#request = request;
    this.#endsAtMs = performance.now() + limitMs;
    this.#endIn(limitMs);
    this.answer = this.#answer(body);
  }

  /** Has it end within so long, if it would not anyway. */
  shorten(limitMs: number): void {
    const leftMs = this.#endsAtMs - performance.now();
    if (limitMs < leftMs) this.#endIn(limitMs);
  }

  /** Cuts it off: `answer` rejects with the reason, unless the request was taken already. */
  abandon(reason: Error): void {
    this.#request.destroy(reason);
  }

  #endIn(ms: number): void {
    clearTimeout(this.#timer);
    const reason = new NoAnswer(ms);
    this.#timer = setTimeout(() => this.abandon(reason), Math.max(1, ms)).unref();
  }

  async #answer(body: Uint8Array): Promise<Uint8Array | undefined> {
    const request = this.#request;
    try {
      const response = await responseTo(request, body);
      const { statusCode = 0, statusMessage = '' } = response;
      this.status = statusCode;
      // The status decides, whatever becomes of the rest of the answer.
      if (statusCode >= 200 && statusCode < 300) return await read(response);
      response.destroy();
      const text = `HTTP ${statusCode} ${statusMessage}`.trim();
      throw new UnsuccessfulRequest(text, statusCode, retryAfterMs(response.headers['retry-after']));
    } catch (error) {
      // A connection that the collector had closed while it was idle says nothing about the collector.
      throw request.reusedSocket && isReset(error)
        ? new UnsuccessfulRequest('the connection was reset', 'stale', 0)
        : error;
    } finally {
      clearTimeout(this.#timer);
    }
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
