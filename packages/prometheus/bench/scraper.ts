import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What one scrape has brought. */
export interface Scraped {
  /** From the request to the last byte. */
  readonly milliseconds: number;
  /** Until the next scrape. */
  readonly body: Buffer;
}

const REQUEST = Buffer.from('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * Scrapes as cheaply as it can be done, so that what is measured is the endpoint: over one connection that stays open, and
 * straight into memory that is there. Nothing is asked for but the path, so the answer is Prometheus' text, as it is.
 */
export class Scraper {
  readonly #socket: Socket;
  readonly #memory: Buffer;
  #at = 0;
  #startedAt = 0;
  /** Where the body begins and where it ends, when the head is here. */
  #body: { readonly start: number; readonly end: number } | undefined;
  #waiting: PromiseWithResolvers<Scraped> | undefined;

  private constructor(port: number, mostBytes: number) {
    this.#memory = Buffer.allocUnsafeSlow(mostBytes);
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: () => this.#memory.subarray(this.#at), callback: (bytes) => this.#onRead(bytes) },
    });
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => this.#waiting?.reject(new Error('The endpoint has closed the connection.')));
  }

  /** @param mostBytes more than any answer has */
  static async connect(port: number, mostBytes: number): Promise<Scraper> {
    const scraper = new Scraper(port, mostBytes);
    await once(scraper.#socket, 'connect');
    return scraper;
  }

  async scrape(): Promise<Scraped> {
    if (this.#socket.destroyed) throw new Error('The endpoint has closed the connection.');
    this.#waiting = Promise.withResolvers();
    this.#startedAt = performance.now();
    this.#socket.write(REQUEST);
    return this.#waiting.promise;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #onRead(bytes: number): boolean {
    this.#at += bytes;
    try {
      this.#body ??= bodyIn(this.#memory.subarray(0, this.#at));
    } catch (error) {
      this.#waiting?.reject(error);
      return false;
    }
    if (this.#body === undefined || this.#at < this.#body.end) return true;
    const milliseconds = performance.now() - this.#startedAt;
    this.#waiting?.resolve({ milliseconds, body: this.#memory.subarray(this.#body.start, this.#body.end) });
    this.#at = 0;
    this.#body = undefined;
    return true;
  }
}

function bodyIn(answer: Buffer): { start: number; end: number } | undefined {
  const end = answer.indexOf(END_OF_HEAD);
  if (end < 0) return undefined;
  const head = answer.toString('latin1', 0, end);
  const length = /^content-length: (\d+)$/im.exec(head.replaceAll('\r', ''))?.[1];
  if (!head.startsWith('HTTP/1.1 200 ') || length === undefined) throw new Error(`The endpoint has answered: ${head}`);
  const start = end + END_OF_HEAD.length;
  return { start, end: start + Number(length) };
}
