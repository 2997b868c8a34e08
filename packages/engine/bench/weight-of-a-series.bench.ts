/**
 * How much memory does a series take, with both exports on? The growth of the heap, and of what lies outside it, over
 * a hundred thousand series that have been recorded, collected and pushed, and recorded again as services do. It prints
 * the bytes of one:
 *
 *     node --conditions=@flowmeter/source --expose-gc weight-of-a-series.bench.ts engine counter
 */
import type { Kind } from './contenders/contender.ts';
import { isName, load } from './contenders/load.ts';
import { ManySeries, TWO_KEYS } from './many-series.ts';

const SERIES = 100_000;

const [name, kind] = process.argv.slice(2) as [string, Kind];
if (!isName(name)) throw new TypeError(`No such contender: ${name}`);
const { gc } = globalThis;
if (gc === undefined) throw new Error('It needs --expose-gc.');

const series = new ManySeries(SERIES);
const createSubject = await load(name);
const subject = createSubject({
  kind,
  keys: TWO_KEYS,
  setting: 'plain',
  exports: 2,
  cardinalityLimit: 2 * SERIES,
});

function recordAll(): void {
  for (let index = 0; index < SERIES; index += 1) subject.record(index & 1023, series.attributes(index));
}

async function exportAll(expected: number): Promise<void> {
  await subject.collect();
  const pushed = await subject.push();
  if (pushed !== expected) throw new Error(`${name} has pushed ${pushed} of ${expected} series.`);
}

async function memoryInUse(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    gc?.();
    // What a collection leaves to finalizers and microtasks goes with the next one.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const before = await memoryInUse();
recordAll();
await exportAll(SERIES);
recordAll();
await exportAll(SERIES);
const after = await memoryInUse();

const found = subject.points(await subject.collect()).length;
if (found !== SERIES) throw new Error(`${name} has collected ${found} of ${SERIES} series.`);
process.stdout.write(`${JSON.stringify((after - before) / SERIES)}\n`);
