import type { EngineMeter } from '@flowmeter/engine';
import { ValueType, type Observable } from '@opentelemetry/api';
import { DataPointType, InstrumentType, type MetricData } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine } from './support/engine.ts';

/** Creates an instrument of each kind, and records 3 and then 4 with it. */
const kinds: readonly (readonly [InstrumentType, DataPointType, unknown, (meter: EngineMeter) => void])[] = [
  [InstrumentType.COUNTER, DataPointType.SUM, [true, 7], (meter) => addTo(meter.createCounter('i'))],
  [InstrumentType.UP_DOWN_COUNTER, DataPointType.SUM, [false, 7], (meter) => addTo(meter.createUpDownCounter('i'))],
  [InstrumentType.GAUGE, DataPointType.GAUGE, [undefined, 4], (meter) => recordTo(meter.createGauge('i'))],
  [InstrumentType.HISTOGRAM, DataPointType.HISTOGRAM, [undefined, 7], (meter) => recordTo(meter.createHistogram('i'))],
  [
    InstrumentType.OBSERVABLE_COUNTER,
    DataPointType.SUM,
    [true, 4],
    (meter) => observeWith(meter.createObservableCounter('i')),
  ],
  [
    InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
    DataPointType.SUM,
    [false, 4],
    (meter) => observeWith(meter.createObservableUpDownCounter('i')),
  ],
  [
    InstrumentType.OBSERVABLE_GAUGE,
    DataPointType.GAUGE,
    [undefined, 4],
    (meter) => observeWith(meter.createObservableGauge('i')),
  ],
];

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

for (const [type, dataPointType, expected, use] of kinds) {
  test(`${inWords(type)} is aggregated as its kind is by default`, async () => {
    const { meter, cumulative } = createEngine();
    use(meter);
    const [metric] = await cumulative.metrics();
    assert.ok(metric);
    assert.equal(metric.dataPointType, dataPointType);
    assert.deepEqual([monotonicityOf(metric), sumOf(metric)], expected);
    assert.deepEqual(metric.descriptor, {
      name: 'i',
      description: '',
      unit: '',
      type,
      valueType: ValueType.DOUBLE,
      advice: {},
    });
  });
}

test('a metric has the description, unit and value type of its instrument', async () => {
  const { meter, cumulative } = createEngine();
  meter.createCounter('i', { description: 'What it counts', unit: 'By', valueType: ValueType.INT }).add(1);
  const [metric] = await cumulative.metrics();
  const { description, unit, valueType } = metric?.descriptor ?? {};
  assert.deepEqual([description, unit, valueType], ['What it counts', 'By', ValueType.INT]);
});

test('value type INT cuts fractions off, towards zero, and warns of it once', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createUpDownCounter('i', { valueType: ValueType.INT });
  counter.add(2.9);
  counter.add(-1.9);
  counter.bind().add(0.5);
  counter.positional()(10.5);
  assert.deepEqual(await cumulative.points(), [[{}, 11]]);
  assert.deepEqual(reports, [
    'flowmeter: i has value type INT and was given 2.9; fractional digits are ignored (reported once)',
  ]);
});

test('value type INT cuts fractions off what is observed as well', async () => {
  const { meter, cumulative } = createEngine();
  observeWith(meter.createObservableGauge('i', { valueType: ValueType.INT }), -7.5);
  assert.deepEqual(await cumulative.points(), [[{}, -7]]);
  assert.equal(reports.length, 1);
});

test('a scope has the name, version and schema URL of its meter', async () => {
  const { provider, cumulative } = createEngine();
  provider.getMeter('m', '1.2', { schemaUrl: 'https://example.com/1' }).createCounter('i').add(1);
  const { resourceMetrics } = await cumulative.reader.collect();
  assert.deepEqual(
    resourceMetrics.scopeMetrics.map(({ scope }) => scope),
    [{ name: 'm', version: '1.2', schemaUrl: 'https://example.com/1' }],
  );
});

test('meters of one scope are one, and those that differ in any part of it are not', async () => {
  const { provider, cumulative } = createEngine();
  const scopes: readonly Parameters<typeof provider.getMeter>[] = [
    ['m'],
    ['m', '1'],
    ['m', '1', { schemaUrl: 'u' }],
    ['n'],
    ['m', '1'],
  ];
  for (const scope of scopes) {
    const meter = provider.getMeter(...scope);
    meter.createCounter('i').add(1);
  }
  assert.deepEqual(
    (await cumulative.points()).map(([, value]) => value),
    [1, 2, 1, 1],
  );
});

for (const name of ['', undefined, null, 5, 5n]) {
  test(`a meter named ${inQuotes(name)} works, and is warned of`, async () => {
    const { provider, cumulative } = createEngine();
    provider
      .getMeter(name as string)
      .createCounter('i')
      .add(1);
    assert.deepEqual(await cumulative.points(), [[{}, 1]]);
    assert.equal(reports.length, 1);
  });
}

function addTo(instrument: { add(value: number): void }): void {
  for (const value of [3, 4]) instrument.add(value);
}

function recordTo(instrument: { record(value: number): void }): void {
  for (const value of [3, 4]) instrument.record(value);
}

function observeWith(instrument: Observable, value = 4): void {
  instrument.addCallback((result) => result.observe(value));
}

function monotonicityOf(metric: MetricData): unknown {
  return 'isMonotonic' in metric ? metric.isMonotonic : undefined;
}

function sumOf({ dataPoints }: MetricData): unknown {
  const value = dataPoints[0]?.value;
  return typeof value === 'object' ? value.sum : value;
}

function inWords(type: InstrumentType): string {
  const words = type.toLowerCase().replaceAll('_', ' ');
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}

function inQuotes(value: string | number | bigint | null | undefined): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'bigint' ? `${value}n` : String(value);
}
