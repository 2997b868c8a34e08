import type { EngineMeter } from '@flowmeter/engine';
import { ValueType, type MetricOptions } from '@opentelemetry/api';
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine } from './support/engine.ts';

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

test('an instrument that is created twice is one instrument, without a warning', async () => {
  const { meter, cumulative } = createEngine();
  const options = { description: 'd', unit: 'u' };
  meter.createCounter('i', options).add(1);
  meter.createCounter('i', options).add(2);
  assert.deepEqual(await cumulative.points(), [[{}, 3]]);
  assert.deepEqual(reports, []);
});

test('callbacks of an observable instrument that is created twice come together', async () => {
  const { meter, cumulative } = createEngine();
  meter.createObservableGauge('i').addCallback((result) => result.observe(1, { from: 'first' }));
  meter.createObservableGauge('i').addCallback((result) => result.observe(2, { from: 'second' }));
  assert.deepEqual(await cumulative.points(), [
    [{ from: 'first' }, 1],
    [{ from: 'second' }, 2],
  ]);
});

const conflicts: readonly (readonly [string, (meter: EngineMeter) => { add(value: number): void }, RegExp])[] = [
  [
    'kind',
    (meter) => meter.createUpDownCounter('i', { unit: 's' }),
    /an up-down counter i \(unit "s", value type DOUBLE/,
  ],
  ['unit', (meter) => meter.createCounter('i', { unit: 'ms' }), /counter i \(unit "ms", value type DOUBLE/],
  [
    'value type',
    (meter) => meter.createCounter('i', { unit: 's', valueType: ValueType.INT }),
    /counter i \(unit "s", value type INT/,
  ],
];

for (const [difference, create, inReport] of conflicts) {
  test(`instruments that differ in their ${difference} are both exported, with a warning that names both`, async () => {
    const { meter, cumulative } = createEngine();
    meter.createCounter('i', { unit: 's' }).add(1);
    create(meter).add(10);
    create(meter).add(10);
    assert.deepEqual(await cumulative.points(), [
      [{}, 1],
      [{}, 20],
    ]);
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? '', inReport);
    assert.match(reports[0] ?? '', / comes beside a counter i \(unit "s", value type DOUBLE/);
  });
}

test('an instrument whose name differs in case only is the first one, with a warning that names both', async () => {
  const { meter, cumulative } = createEngine();
  meter.createCounter('requestCount').add(1);
  meter.createCounter('RequestCount').add(2);
  const [metric, ...others] = await cumulative.metrics();
  assert.deepEqual([metric?.descriptor.name, metric?.dataPoints[0]?.value, others], ['requestCount', 3, []]);
  assert.equal(reports.length, 1);
  assert.match(reports[0] ?? '', /requestCount and RequestCount/);
});

test('of two descriptions the longer one is used, with a warning that names both', async () => {
  const { meter, cumulative } = createEngine();
  for (const description of ['short', 'the longer one', 'short']) meter.createCounter('i', { description }).add(1);
  const [metric] = await cumulative.metrics();
  assert.equal(metric?.descriptor.description, 'the longer one');
  assert.deepEqual(await cumulative.points(), [[{}, 3]]);
  assert.match(reports[0] ?? '', /"short" and "the longer one"/);
});

test('a description from a view settles what the instruments disagree about, without a warning', async () => {
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', description: "the view's" }] });
  for (const description of ['short', 'the longer one']) meter.createCounter('i', { description }).add(1);
  const [metric] = await cumulative.metrics();
  assert.equal(metric?.descriptor.description, "the view's");
  assert.deepEqual(reports, []);
});

test('advised boundaries are the buckets of a histogram', async () => {
  const { meter, cumulative } = createEngine();
  meter.createHistogram('i', { advice: { explicitBucketBoundaries: [1, 10] } }).record(5);
  assert.deepEqual(await cumulative.points(), [[{}, { sum: 5, min: 5, max: 5, counts: [0, 1, 0] }]]);
});

for (const boundaries of [[2, 1], [1, 1], [1, Number.NaN], ['1'], 'many', null]) {
  test(`advised boundaries of ${JSON.stringify(boundaries)} are ignored, with a warning`, async () => {
    const { meter, cumulative } = createEngine();
    meter.createHistogram('i', { advice: { explicitBucketBoundaries: boundaries as number[] } }).record(5);
    const [metric] = await cumulative.metrics();
    assert.equal(metric?.dataPointType === DataPointType.HISTOGRAM && bucketsOf(metric), 16);
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? '', /i: the advised boundaries are /);
  });
}

test('other advice for an instrument that exists is ignored, with a warning', async () => {
  const { meter, cumulative } = createEngine();
  for (const explicitBucketBoundaries of [[1, 10], [5]]) {
    const options: MetricOptions = { advice: { explicitBucketBoundaries } };
    meter.createHistogram('i', options).record(5);
  }
  assert.deepEqual(await cumulative.points(), [[{}, { sum: 10, min: 5, max: 5, counts: [0, 2, 0] }]]);
  assert.equal(reports.length, 1);
});

function bucketsOf(metric: MetricData): unknown {
  const value = metric.dataPoints[0]?.value;
  return typeof value === 'object' && 'buckets' in value && value.buckets.counts.length;
}
