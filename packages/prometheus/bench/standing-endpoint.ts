import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Name } from './contenders/load.ts';
import type { Order, Orders, Standing } from './orders.ts';
import { Scraper } from './scraper.ts';
import type { Size } from './series.ts';
import { checkBody, type Totals } from './totals.ts';

const BENCH = fileURLToPath(new URL('endpoint.bench.ts', import.meta.url));
const ARGUMENTS = ['--conditions=@flowmeter/source', '--expose-gc'];
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'flowmeter-bench') };

/** More than the body has for a series, and for everything else. */
const BYTES_A_SERIES = 500;
const MORE_BYTES = 1 << 16;

/** An endpoint in a process of its own. */
export class StandingEndpoint {
  /** How many bytes the last body had. */
  bodyBytes = 0;
  readonly #name: Name;
  readonly #child: ChildProcess;
  readonly #scraper: Scraper;
  #totals: Totals;

  private constructor(name: Name, child: ChildProcess, scraper: Scraper, totals: Totals) {
    this.#name = name;
    this.#child = child;
    this.#scraper = scraper;
    this.#totals = totals;
  }

  /** With all series recorded, but never scraped. */
  static async start(name: Name, size: Size): Promise<StandingEndpoint> {
    const child = fork(BENCH, [name, String(size.counters)], { execArgv: ARGUMENTS, env });
    const { port, totals } = await nextMessage<Standing>(child);
    const scraper = await Scraper.connect(port, size.series * BYTES_A_SERIES + MORE_BYTES);
    return new StandingEndpoint(name, child, scraper, totals);
  }

  async order<Given extends Order>(order: Given): Promise<Orders[Given]> {
    const answer = nextMessage<Orders[Given]>(this.#child);
    this.#child.send(order);
    return answer;
  }

  async record(): Promise<void> {
    this.#totals = await this.order('record');
  }

  /** @returns milliseconds, once it has seen that what was scraped is what was recorded */
  async scrape(): Promise<number> {
    const { milliseconds, body } = await this.#scraper.scrape();
    checkBody(body, this.#totals, this.#name);
    this.bodyBytes = body.length;
    return milliseconds;
  }

  end(): void {
    this.#scraper.close();
    this.#child.disconnect();
  }
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const onExit = (code: number | null): void => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}`));
  child.once('exit', onExit);
  child.once('message', (message) => resolve(message as Message));
  return promise.finally(() => child.off('exit', onExit));
}
