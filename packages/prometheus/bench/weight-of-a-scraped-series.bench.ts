/**
 * How much memory does a series take, with what the endpoint keeps of it? The growth of the heap, and of what lies outside
 * it, over a hundred thousand counter series that have been recorded, scraped and pushed, and all that again as services do.
 * It prints the bytes of one:
 *
 *     node --conditions=@flowmeter/source --expose-gc weight-of-a-scraped-series.bench.ts flowmeter
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManySeries } from '../../engine/bench/many-series.ts';
import { isName, load } from './contenders/load.ts';
import { Scraper } from './scraper.ts';
import { checkBody } from './totals.ts';

const SERIES = 100_000;
const ROUNDS = 3;
const MOST_BYTES = SERIES * 200;

const [name] = process.argv.slice(2);
if (!isName(name)) throw new TypeError(`No such contender: ${name}`);
const { gc } = globalThis;
if (gc === undefined) throw new Error('It needs --expose-gc.');

const series = new ManySeries(SERIES);
const createContender = await load(name);
const { count, answer, push } = createContender({ exports: 2, cardinalityLimit: 2 * SERIES });
const server = createServer({ keepAliveTimeout: 0 }, answer).listen(0, '127.0.0.1');
await once(server, 'listening');
const scraper = await Scraper.connect((server.address() as AddressInfo).port, MOST_BYTES);
await scraper.scrape();
await push();

const before = await memoryInUse();
for (let round = 1; round <= ROUNDS; round += 1) {
  for (let index = 0; index < SERIES; index += 1) count(1, series.attributes(index));
  const { body } = await scraper.scrape();
  const totals = { counters: SERIES, items: round * SERIES, histograms: 0, observations: 0, durations: 0 };
  checkBody(body, totals, name);
  await push();
}
const after = await memoryInUse();

scraper.close();
server.close();
process.stdout.write(`${JSON.stringify((after - before) / SERIES)}\n`);

async function memoryInUse(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    gc?.();
    // What a collection leaves to finalizers and microtasks goes with the next one.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
