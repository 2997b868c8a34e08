import { MeterProvider, returnUndelivered, type EngineMeter } from '@flowmeter/engine';
import { ExportResultCode } from '@opentelemetry/core';
import { AggregationTemporality, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, DELTA, TestReader } from './support/engine.ts';
import { ManualReader } from './support/manual-reader.ts';
import { UnreliableExporter, type Outcome } from './support/unreliable-exporter.ts';

const HISTOGRAM = { advice: { explicitBucketBoundaries: [10] } };

for (const outcome of ['fails', 'throws', 'hangs'] as const) {
  test(`the delta after an export that ${outcome} has what was lost, exactly`, async () => {
    const { exporter, meter, flush } = exportingTo([outcome]);
    record(meter, 3);
    await flush();
    assert.deepEqual(exporter.delivered, []);
    record(meter, 14);
    await flush();
    assert.deepEqual(exporter.points, [
      [
        [{ a: 1 }, 17],
        [{ a: 1 }, -17],
        [{ a: 1 }, 14],
        [{ a: 1 }, { sum: 17, min: 3, max: 14, counts: [1, 1] }],
      ],
    ]);
  });

  test(`what was lost when an export ${outcome} comes though nothing was recorded since, once`, async () => {
    const { exporter, meter, flush } = exportingTo([outcome, outcome]);
    record(meter, 3);
    for (let turn = 0; turn < 4; turn += 1) await flush();
    assert.deepEqual(exporter.points, [
      [
        [{ a: 1 }, 3],
        [{ a: 1 }, -3],
        [{ a: 1 }, 3],
        [{ a: 1 }, { sum: 3, min: 3, max: 3, counts: [1, 0] }],
      ],
    ]);
  });
}

test('the delta after exports that failed begins where the first of them began', async () => {
  const { exporter, meter, flush, clock } = exportingTo(['succeeds', 'fails', 'fails']);
  const counter = meter.createCounter('i');
  for (const nowMs of [2000, 3000, 4000, 5000, 6000]) {
    clock.nowMs = nowMs;
    counter.add(1);
    await flush();
  }
  assert.deepEqual(
    exporter.delivered.map(([point]) => [point?.value, point?.startMs, point?.endMs]),
    [
      [1, 1000, 2000],
      [3, 2000, 5000],
      [1, 5000, 6000],
    ],
  );
});

test('a delta that is given back after collections that found nothing begins where it began', async () => {
  const { counter, collectAt, nextAt } = countingSince(1000);
  counter.add(1);
  const undelivered = await collectAt(2000);
  for (const nowMs of [2000, 3000, 4000]) await collectAt(nowMs);
  returnUndelivered(undelivered);
  counter.add(2);
  assert.deepEqual(await nextAt(5000), [[3, 1000, 5000]]);
});

test('a delta that is given back after another one was collected does not cover what that one covers', async () => {
  const { counter, collectAt, nextAt } = countingSince(1000);
  counter.add(1);
  const undelivered = await collectAt(2000);
  counter.add(2);
  for (const nowMs of [3000, 4000]) await collectAt(nowMs);
  returnUndelivered(undelivered);
  assert.deepEqual(await nextAt(5000), [[1, 3000, 5000]]);
});

test('of the batches of an export those that fail are in the next delta, and no others', async () => {
  const { exporter, meter, flush } = exportingTo(['succeeds', 'fails', 'throws', 'succeeds'], 1);
  const counter = meter.createCounter('i');
  for (const id of [1, 2, 3, 4]) counter.add(id, { id });
  await flush();
  assert.deepEqual(exporter.points, [[[{ id: 1 }, 1]], [[{ id: 4 }, 4]]]);
  counter.add(10, { id: 2 });
  await flush();
  assert.deepEqual(exporter.points.slice(2), [[[{ id: 2 }, 12]], [[{ id: 3 }, 3]]]);
});

test('batches that are not exported, because one before them took too long, are in the next delta', async () => {
  const { exporter, meter, flush } = exportingTo(['succeeds', 'hangs'], 1);
  const counter = meter.createCounter('i');
  for (const id of [1, 2, 3]) counter.add(id, { id });
  await flush();
  await flush();
  assert.deepEqual(exporter.points, [[[{ id: 1 }, 1]], [[{ id: 2 }, 2]], [[{ id: 3 }, 3]]]);
});

test('an export that fails long after its time was over is given back then, once', async () => {
  const { exporter, meter, flush } = exportingTo(['hangs']);
  const counter = meter.createCounter('i');
  counter.add(1);
  await flush();
  exporter.answerLate(ExportResultCode.FAILED);
  exporter.answerLate(ExportResultCode.FAILED);
  counter.add(10);
  for (let turn = 0; turn < 2; turn += 1) await flush();
  assert.deepEqual(exporter.points, [[[{}, 11]]]);
});

test('an export that is confirmed late, but before the next collection, is not given back', async () => {
  const { exporter, meter, flush } = exportingTo(['hangs']);
  const counter = meter.createCounter('i');
  counter.add(1);
  await flush();
  exporter.answerLate(ExportResultCode.SUCCESS);
  counter.add(10);
  await flush();
  assert.deepEqual(exporter.points, [[[{}, 10]]]);
});

test('an export that is confirmed after the next collection has been given back, and what was in it arrives twice', async () => {
  const { exporter, meter, flush } = exportingTo(['hangs']);
  const counter = meter.createCounter('i');
  counter.add(1);
  await flush();
  counter.add(10);
  await flush();
  exporter.answerLate(ExportResultCode.SUCCESS);
  await flush();
  assert.deepEqual(exporter.points, [[[{}, 11]]]);
});

test('of two exporters each gets what it has not got', async () => {
  const [reliable, unreliable] = [new UnreliableExporter([]), new UnreliableExporter(['fails', 'fails'])];
  const provider = new MeterProvider({ readers: [readerOf(reliable), readerOf(unreliable)] });
  const counter = provider.getMeter('m').createCounter('i');
  for (let turn = 0; turn < 3; turn += 1) {
    counter.add(1);
    await provider.forceFlush();
  }
  assert.deepEqual(reliable.points, [[[{}, 1]], [[{}, 1]], [[{}, 1]]]);
  assert.deepEqual(unreliable.points, [[[{}, 3]]]);
});

test('an exporter with cumulative temporality gets the totals, whatever failed before', async () => {
  const exporter = new UnreliableExporter(['fails', 'throws'], AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({ readers: [readerOf(exporter)] });
  const counter = provider.getMeter('m').createCounter('i');
  for (let turn = 0; turn < 4; turn += 1) {
    counter.add(1);
    await provider.forceFlush();
  }
  assert.deepEqual(exporter.points, [[[{}, 3]], [[{}, 4]]]);
});

test('deltas of an observable add up, whatever failed', async () => {
  const { exporter, meter, flush } = exportingTo(['fails', 'succeeds', 'fails']);
  let total = 0;
  meter.createObservableCounter('i').addCallback((result) => result.observe((total += 5)));
  for (let turn = 0; turn < 4; turn += 1) await flush();
  assert.deepEqual(exporter.points, [[[{}, 10]], [[{}, 10]]]);
});

test('what was lost of an observable that has begun anew since is in the next delta', async () => {
  const { exporter, meter, flush } = exportingTo(['fails']);
  let total = 100;
  meter.createObservableCounter('i').addCallback((result) => result.observe(total));
  await flush();
  total = 30;
  await flush();
  assert.deepEqual(exporter.points, [[[{}, 130]]]);
});

test('giving the same metrics back twice is the same as once', async () => {
  const { meter, delta } = createEngine();
  record(meter, 3);
  const { resourceMetrics } = await delta.reader.collect();
  for (let turn = 0; turn < 3; turn += 1) returnUndelivered(resourceMetrics);
  assert.deepEqual(await delta.points(), [
    [{ a: 1 }, 3],
    [{ a: 1 }, -3],
    [{ a: 1 }, 3],
    [{ a: 1 }, { sum: 3, min: 3, max: 3, counts: [1, 0] }],
  ]);
  returnUndelivered(resourceMetrics);
  assert.deepEqual(await delta.points(), []);
});

test('giving back what is not a delta, or comes from another provider, does nothing', async () => {
  const { meter, cumulative, delta } = createEngine();
  const other = createEngine();
  for (const { createCounter } of [meter, other.meter].map((each) => ({
    createCounter: () => each.createCounter('i'),
  }))) {
    createCounter().add(1);
  }
  returnUndelivered((await cumulative.reader.collect()).resourceMetrics);
  const { resourceMetrics } = await other.delta.reader.collect();
  returnUndelivered(structuredClone(resourceMetrics));
  assert.deepEqual(await delta.points(), [[{}, 1]]);
  assert.deepEqual(await delta.points(), []);
  assert.deepEqual(await other.delta.points(), []);
});

/** A counter that is made at this time, and collections at others; of the next delta, its values with their times. */
function countingSince(startMs: number) {
  const clock = { nowMs: startMs };
  const reader = new TestReader(new ManualReader(DELTA));
  const provider = new MeterProvider({ readers: [reader.reader], now: () => clock.nowMs });
  return {
    counter: provider.getMeter('m').createCounter('i'),
    async collectAt(nowMs: number) {
      clock.nowMs = nowMs;
      return (await reader.reader.collect()).resourceMetrics;
    },
    async nextAt(nowMs: number) {
      clock.nowMs = nowMs;
      return (await reader.timed()).map(({ value, startMs: sinceMs, endMs }) => [value, sinceMs, endMs]);
    },
  };
}

/** Records a value with each kind of instrument. */
function record(meter: EngineMeter, value: number): void {
  meter.createCounter('c').add(value, { a: 1 });
  meter.createUpDownCounter('u').add(-value, { a: 1 });
  meter.createGauge('g').record(value, { a: 1 });
  meter.createHistogram('h', HISTOGRAM).record(value, { a: 1 });
}

function readerOf(exporter: UnreliableExporter, maxExportBatchSize?: number): PeriodicExportingMetricReader {
  // Only what is flushed is exported, and what hangs is given up at once.
  const times = { exportIntervalMillis: 1e9, exportTimeoutMillis: 5 };
  return new PeriodicExportingMetricReader({
    exporter,
    ...times,
    ...(maxExportBatchSize === undefined ? {} : { maxExportBatchSize }),
  });
}

function exportingTo(outcomes: readonly Outcome[], maxExportBatchSize?: number) {
  const exporter = new UnreliableExporter(outcomes);
  const clock = { nowMs: 1000 };
  const provider = new MeterProvider({ readers: [readerOf(exporter, maxExportBatchSize)], now: () => clock.nowMs });
  return { exporter, meter: provider.getMeter('m'), clock, flush: async () => await provider.forceFlush() };
}
