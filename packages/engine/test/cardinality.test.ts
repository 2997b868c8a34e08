import { MeterProvider } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine, TestReader, type BriefValue } from './support/engine.ts';
import { ManualReader } from './support/manual-reader.ts';

const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

/** A view with this limit, of everything but the engine's own metrics. */
const limitedTo = (limit: number) => ({ views: [{ meterName: 'test', aggregationCardinalityLimit: limit }] });

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

test('as many attribute sets as the limit says do not overflow', async () => {
  const { meter, cumulative } = createEngine(limitedTo(3));
  const counter = meter.createCounter('i');
  counter.add(1);
  for (const id of [1, 2]) counter.add(1, { id });
  assert.deepEqual(await cumulative.points(), [
    [{}, 1],
    [{ id: 1 }, 1],
    [{ id: 2 }, 1],
  ]);
  assert.deepEqual(reports, []);
});

test('what goes beyond the limit is summed exactly in one point, and the series from before go on', async () => {
  const { meter, cumulative, delta } = createEngine(limitedTo(2));
  const counter = meter.createCounter('i');
  for (let id = 0; id < 100; id += 1) counter.add(id, { id });
  for (let id = 0; id < 100; id += 1) counter.add(1, { id });
  const expected = [
    [{ id: 0 }, 1],
    [{ id: 1 }, 2],
    [OVERFLOW, (99 * 100) / 2 - 1 + 98],
  ];
  assert.deepEqual(await cumulative.points(), expected);
  assert.deepEqual(await delta.points(), expected);
});

test('the limit is for life: what overflowed once does so after any number of collections', async () => {
  const { meter, cumulative, delta } = createEngine(limitedTo(1));
  const counter = meter.createCounter('i');
  for (const sum of [1, 2, 3]) {
    for (const id of [1, 2]) counter.add(1, { id });
    assert.deepEqual(await cumulative.points(), [
      [{ id: 1 }, sum],
      [OVERFLOW, sum],
    ]);
    assert.deepEqual(await delta.points(), [
      [{ id: 1 }, 1],
      [OVERFLOW, 1],
    ]);
  }
});

test('the overflow point of a histogram counts in buckets, and that of a gauge has the last value', async () => {
  const { meter, cumulative } = createEngine(limitedTo(1));
  const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [10] } });
  const gauge = meter.createGauge('g');
  for (const id of [1, 20, 30]) {
    histogram.record(id, { id });
    gauge.record(id, { id });
  }
  assert.deepEqual(await cumulative.points(), [
    [{ id: 1 }, { sum: 1, min: 1, max: 1, counts: [1, 0] }],
    [OVERFLOW, { sum: 50, min: 20, max: 30, counts: [0, 2] }],
    [{ id: 1 }, 1],
    [OVERFLOW, 30],
  ]);
});

test('the limit is 2000 where nobody says otherwise', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  for (let id = 0; id < 2000; id += 1) counter.add(1, { id });
  assert.equal((await cumulative.points()).length, 2000);
  counter.add(1, { id: 2000 });
  assert.deepEqual((await cumulative.points()).at(-1), [OVERFLOW, 1]);
});

test("a user's own overflow attribute is the overflow point, and takes no series of the limit", async () => {
  const { meter, cumulative } = createEngine(limitedTo(1));
  const counter = meter.createCounter('i');
  counter.add(1, OVERFLOW);
  counter.bind(OVERFLOW).add(1);
  for (const id of [1, 2]) counter.add(10, { id });
  counter.remove(OVERFLOW);
  assert.deepEqual(sorted(await cumulative.points()), [
    [OVERFLOW, 12],
    [{ id: 1 }, 10],
  ]);
});

test('the overflow attribute beside others, or with another value, is an attribute like any', async () => {
  const { meter, cumulative } = createEngine(limitedTo(3));
  const counter = meter.createCounter('i');
  for (const attributes of [{ ...OVERFLOW, a: 1 }, { 'otel.metric.overflow': 'true' }]) counter.add(1, attributes);
  assert.deepEqual(await cumulative.points(), [
    [{ ...OVERFLOW, a: 1 }, 1],
    [{ 'otel.metric.overflow': 'true' }, 1],
  ]);
});

test('limits count what a view leaves of the attributes', async () => {
  const attributesProcessors = [
    { process: ({ kept }: Attributes): Attributes => (kept === undefined ? {} : { kept }) },
  ];
  const views = [{ instrumentName: '*', attributesProcessors, aggregationCardinalityLimit: 1 }];
  const { meter, cumulative } = createEngine({ views });
  const counter = meter.createCounter('i');
  for (let id = 0; id < 10; id += 1) counter.add(1, { kept: 1, id });
  assert.deepEqual(await cumulative.points(), [[{ kept: 1 }, 10]]);
});

test('a reader has limits by instrument kind, beside those of another reader', async () => {
  const limited = new TestReader(
    new ManualReader({ cardinalitySelector: (type) => (type === InstrumentType.COUNTER ? 1 : 2) }),
  );
  const other = new TestReader(new ManualReader());
  const meter = new MeterProvider({ readers: [limited.reader, other.reader] }).getMeter('test');
  const [counter, gauge] = [meter.createCounter('c'), meter.createGauge('g')];
  for (const id of [1, 2, 3]) {
    counter.add(1, { id });
    gauge.record(1, { id });
  }
  assert.deepEqual(
    (await limited.points()).map(([attributes]) => attributes),
    [{ id: 1 }, OVERFLOW, { id: 1 }, { id: 2 }, OVERFLOW],
  );
  assert.equal((await other.points()).length, 6);
});

test("a view's limit goes before the reader's", async () => {
  const reader = new TestReader(new ManualReader({ cardinalitySelector: () => 5 }));
  const counter = new MeterProvider({ ...limitedTo(1), readers: [reader.reader] }).getMeter('test').createCounter('c');
  for (const id of [1, 2, 3]) counter.add(1, { id });
  assert.deepEqual(await reader.points(), [
    [{ id: 1 }, 1],
    [OVERFLOW, 2],
  ]);
});

test('a series that is removed makes room for another one', async () => {
  const { meter, cumulative, delta } = createEngine(limitedTo(1));
  const counter = meter.createCounter('i');
  counter.add(1, { id: 1 });
  await delta.points();
  counter.remove({ id: 1 });
  counter.add(2, { id: 2 });
  assert.deepEqual(await cumulative.points(), [[{ id: 2 }, 2]]);
});

function sorted(points: readonly (readonly [Attributes, BriefValue])[]): unknown {
  return points.toSorted(([a], [b]) => (JSON.stringify(a) < JSON.stringify(b) ? 1 : -1));
}
