/**
 * What does it cost to collect so many counter series, all of them recorded since the last time? It answers each
 * message with the median of some collections, in milliseconds:
 *
 *     cost-of-collecting.bench.ts engine 1000
 */
import { isName, load } from './contenders/load.ts';
import { ManySeries, TWO_KEYS } from './many-series.ts';

const [name, size] = process.argv.slice(2);
if (!isName(name)) throw new TypeError(`No such contender: ${name}`);

const series = new ManySeries(Number(size));
const sets = Array.from({ length: series.size }, (_, index) => series.attributes(index));
const createSubject = await load(name);
const { record, collect, points } = createSubject({
  kind: 'counter',
  keys: TWO_KEYS,
  setting: 'plain',
  exports: 1,
  cardinalityLimit: 2 * series.size + 2,
});

/** Enough collections for an answer to take a few milliseconds at least. */
const COLLECTIONS = Math.max(1, Math.ceil(3000 / series.size) | 1);
const WARM_UP_MS = 300;
const WARM_UP_COLLECTIONS = 3;
let recorded = 0;

async function collectOnce(): Promise<number> {
  for (const set of sets) record(1, set);
  recorded += 1;
  const start = performance.now();
  const collected = await collect();
  const took = performance.now() - start;
  const found = points(collected);
  if (found.length !== series.size || found.some(({ value }) => value !== recorded))
    throw new Error(`${name} has not collected what was recorded.`);
  return took;
}

// Collecting is compiled as a service has it that has been collected for a while.
const warmAt = performance.now() + WARM_UP_MS;
while (recorded < WARM_UP_COLLECTIONS || performance.now() < warmAt) await collectOnce();
process.on('message', () => void answer());
process.send?.('ready');

async function answer(): Promise<void> {
  const took: number[] = [];
  for (let at = 0; at < COLLECTIONS; at += 1) took.push(await collectOnce());
  process.send?.(took.toSorted((a, b) => a - b)[COLLECTIONS >> 1]);
}
