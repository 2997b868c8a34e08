import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { inWords } from '../../in-words.ts';
import { tell } from '../../told-to-the-log.ts';
import type { Comparison, Verdict } from './bcrypt-thread.ts';

/** A cost of 10 takes about 100 ms: no scrape would wait for more than these. */
const MOST_PENDING = 8;

/** Settles a comparison; `undefined`: nobody knows. */
type Settle = (isMatch: boolean | undefined) => void;

/**
 * Compares passwords with bcrypt hashes on a thread of its own: each comparison takes time that the application's thread does not
 * have. The thread starts with the first comparison, anew after it died, and never keeps the process alive.
 */
export class BcryptWorker {
  readonly #pending = new Map<number, Settle>();
  #worker: Worker | undefined;
  #lastId = 0;
  #hasFailed = false;

  /** Whether the password is the hash's; `undefined` if too many comparisons wait already, or there is no thread to ask. Never rejects. */
  compare(password: string, hash: string): Promise<boolean | undefined> {
    return new Promise((resolve) => {
      const worker = this.#pending.size < MOST_PENDING ? (this.#worker ??= this.#start()) : undefined;
      if (worker === undefined) {
        resolve(undefined);
        return;
      }
      this.#lastId += 1;
      const comparison: Comparison = { id: this.#lastId, password, hash };
      this.#pending.set(comparison.id, resolve);
      worker.postMessage(comparison, []);
    });
  }

  /** Ends the thread, and what is under way without a verdict. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker | undefined {
    try {
      // The source runs as it is, and so does what is built of it.
      const file = new URL(`./bcrypt-thread${extname(import.meta.url)}`, import.meta.url);
      // Neither flags nor NODE_OPTIONS: what the application preloads is not to be started here a second time.
      const worker = new Worker(file, { name: 'flowmeter basic auth', execArgv: [], env: {} });
      worker.on('message', ({ id, isMatch }: Verdict) => {
        this.#pending.get(id)?.(isMatch);
        this.#pending.delete(id);
      });
      worker.on('error', (error) => this.#report(error));
      worker.on('exit', () => this.#forget(worker));
      // After the listeners: one for messages holds the process.
      worker.unref();
      return worker;
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }

  #forget(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const settle of this.#pending.values()) settle(undefined);
    this.#pending.clear();
  }

  #report(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    tell('error', `Prometheus endpoint: no password can be checked, the thread for it failed (${inWords(error)})`);
  }
}
