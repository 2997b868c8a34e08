import { MeterProvider } from '@flowmeter/engine';
import { AggregationType, type AggregationOption } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DELTA, TestReader } from './support/engine.ts';
import { ManualReader } from './support/manual-reader.ts';

const EXPLICIT: AggregationOption = { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [10] } };
const EXPONENTIAL: AggregationOption = { type: AggregationType.EXPONENTIAL_HISTOGRAM };

for (const views of [[], [{ instrumentName: '*', description: 'seen' }]]) {
  const what = views.length === 0 ? 'without a view' : 'under a view that does not speak of the aggregation';
  test(`${what} each reader gets its own aggregation of an instrument, at the same time`, async () => {
    const explicit = readerOf(EXPLICIT);
    const exponential = readerOf(EXPONENTIAL);
    const meter = new MeterProvider({ views, readers: [explicit.reader, exponential.reader] }).getMeter('m');
    const histogram = meter.createHistogram('i');
    histogram.record(4);
    histogram.bind().record(5);
    assert.deepEqual(await explicit.points(), [[{}, { sum: 9, min: 4, max: 5, counts: [2, 0] }]]);
    assert.deepEqual(await exponential.points(), [[{}, { sum: 9, min: 4, max: 5, count: 2, scale: 8 }]]);
    histogram.record(6);
    assert.deepEqual(await explicit.points(), [[{}, { sum: 15, min: 4, max: 6, counts: [3, 0] }]]);
  });
}

test("a view's aggregation is for all readers, whatever they want", async () => {
  const reader = readerOf(EXPONENTIAL);
  const views = [{ instrumentName: '*', aggregation: EXPLICIT }];
  new MeterProvider({ views, readers: [reader.reader] }).getMeter('m').createHistogram('i').record(4);
  assert.deepEqual(await reader.points(), [[{}, { sum: 4, min: 4, max: 4, counts: [1, 0] }]]);
});

test('an instrument that one reader drops is there for the other', async () => {
  const dropping = readerOf({ type: AggregationType.DROP });
  const other = readerOf({ type: AggregationType.DEFAULT });
  const meter = new MeterProvider({ readers: [dropping.reader, other.reader] }).getMeter('m');
  const counter = meter.createCounter('i');
  counter.add(1);
  assert.equal(counter.enabled(), true);
  assert.deepEqual(await dropping.points(), []);
  assert.deepEqual(await other.points(), [[{}, 1]]);
});

test('each reader gets its own temporality', async () => {
  const [cumulative, delta] = [new TestReader(new ManualReader()), new TestReader(new ManualReader(DELTA))];
  const counter = new MeterProvider({ readers: [cumulative.reader, delta.reader] }).getMeter('m').createCounter('i');
  for (const [sum, increment] of [
    [1, 1],
    [3, 2],
    [6, 3],
  ] as const) {
    counter.add(increment);
    assert.deepEqual(await cumulative.points(), [[{}, sum]]);
    assert.deepEqual(await delta.points(), [[{}, increment]]);
  }
});

function readerOf(aggregation: AggregationOption): TestReader {
  return new TestReader(new ManualReader({ aggregationSelector: () => aggregation }));
}
