import { MeterProvider } from '@flowmeter/engine';
import type { ObservableCallback } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { SeriesReader } from './support/series-reader.ts';

/** However fast the machine is, work on 200,000 observations takes longer than as many slices of time. */
const FEW_TURNS = 5;

afterEach(() => mock.restoreAll());

test('the event loop turns while 200,000 observations are made series', async () => {
  const { reader, meter } = createReader(300_000);
  meter.createObservableGauge('i').addCallback((result) => {
    for (let id = 0; id < 200_000; id += 1) result.observe(id, { id: id % 500, group: Math.floor(id / 500) });
  });
  assert.ok((await turnsDuring(() => reader.collectSeries())) > FEW_TURNS);
  assert.ok((await turnsDuring(() => reader.collectSeries())) > FEW_TURNS);
});

test('the event loop turns while 200,000 observations beyond the limit are added up', async () => {
  const { reader, meter } = createReader(10);
  meter.createObservableCounter('i').addCallback((result) => {
    for (let id = 0; id < 200_000; id += 1) result.observe(1, { id });
  });
  assert.ok((await turnsDuring(() => reader.collectSeries())) > FEW_TURNS);
});

for (const [what, create] of [
  ['instruments', (provider, index) => provider.getMeter('test').createCounter(`i${index}`)],
  ['meters', (provider, index) => provider.getMeter(`test${index}`)],
] as const satisfies readonly (readonly [string, (provider: MeterProvider, index: number) => unknown])[]) {
  test(`the event loop turns between ${what}`, async () => {
    const { reader, provider } = createReader();
    for (let index = 0; index < 100; index += 1) create(provider, index);
    haveTimeFly();
    assert.ok((await turnsDuring(() => reader.collectSeries())) > FEW_TURNS);
  });
}

test('the event loop turns between callbacks', async () => {
  const { reader, meter } = createReader();
  let [turns, isOver] = [0, false];
  const seen = new Set<number>();
  for (let index = 0; index < 100; index += 1) {
    meter.createObservableGauge(`i${index}`).addCallback(() => void seen.add(turns));
  }
  haveTimeFly();
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await reader.collectSeries();
  isOver = true;
  assert.ok(seen.size > FEW_TURNS);
});

test('a callback that is removed in a turn between callbacks is not called any more', async () => {
  const { reader, meter } = createReader();
  const gauges = Array.from({ length: 100 }, (_, index) => meter.createObservableGauge(`i${index}`));
  let calls = 0;
  const callback: ObservableCallback = () => void (calls += 1);
  for (const gauge of gauges) gauge.addCallback(callback);
  haveTimeFly();
  setImmediate(() => gauges.at(-1)?.removeCallback(callback));
  await reader.collectSeries();
  assert.equal(calls, 99);
});

test('a collection of data points is of one moment, and has no turns in it', async () => {
  const { reader, meter } = createReader();
  meter.createObservableGauge('i').addCallback((result) => {
    for (let id = 0; id < 1000; id += 1) result.observe(id, { id });
  });
  haveTimeFly();
  assert.equal(await turnsDuring(() => reader.collect()), 0);
});

function createReader(limit = 2000) {
  const reader = new SeriesReader({ cardinalitySelector: () => limit });
  const provider = new MeterProvider({ readers: [reader] });
  return { reader, provider, meter: provider.getMeter('test') };
}

/** Has each look at the clock find that it is time to give way. */
function haveTimeFly(): void {
  let nowMs = 0;
  mock.method(performance, 'now', () => (nowMs += 10));
}

async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let [turns, isOver] = [0, false];
  const turn = (): void => {
    if (isOver) return;
    turns += 1;
    setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  return turns;
}
