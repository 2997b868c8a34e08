import type { BatchObservableCallback } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine } from './support/engine.ts';

const invalid: readonly (string | number | bigint | symbol | object | null | undefined)[] = [
  '',
  '1st',
  '_a',
  'with space',
  'naïve',
  'a\n',
  'a'.repeat(256),
  undefined,
  null,
  5,
  5n,
  Symbol('name'),
  {},
];

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

for (const name of ['a', 'A', 'a1_.-/', 'a'.repeat(255)]) {
  test(`${shown(name)} is a name`, async () => {
    const { meter, cumulative } = createEngine();
    meter.createCounter(name).add(1);
    assert.deepEqual(await cumulative.points(), [[{}, 1]]);
    assert.deepEqual(reports, []);
  });
}

for (const name of invalid) {
  test(`an instrument named ${shown(name)} records nothing, with one warning`, async () => {
    const { meter, cumulative } = createEngine();
    const histogram = meter.createHistogram(name as string);
    const bound = histogram.bind({ a: 1 });
    histogram.record(1, { a: 1 });
    bound.record(1);
    histogram.positional('a')(1, 1);
    histogram.remove({ a: 1 });
    bound.remove();
    assert.deepEqual([histogram.enabled(), bound.enabled()], [false, false]);
    assert.deepEqual(await cumulative.metrics(), []);
    assert.equal(reports.length, 1, reports.join('\n'));
  });
}

for (const name of ['with space', Symbol('name')]) {
  test(`an instrument named ${shown(name)} takes bad values without a word`, async () => {
    const { meter, cumulative } = createEngine();
    const counter = meter.createCounter(name as string);
    counter.add(Number.NaN);
    counter.bind().add(-1);
    counter.positional()('1');
    assert.equal(reports.length, 1, reports.join('\n'));
    assert.deepEqual(await cumulative.self('flowmeter.engine.dropped_measurements'), []);
  });
}

test('callbacks of an observable instrument whose name is not valid are never called, with one warning', async () => {
  const { meter, cumulative } = createEngine();
  const gauge = meter.createObservableGauge('with space');
  const called = (): never => assert.fail('it was called');
  gauge.addCallback(called);
  meter.addBatchObservableCallback(called, [gauge]);
  const { resourceMetrics, errors } = await cumulative.reader.collect();
  assert.deepEqual([resourceMetrics.scopeMetrics, errors], [[], []]);
  gauge.removeCallback(called);
  meter.removeBatchObservableCallback(called, [gauge]);
  assert.equal(reports.length, 1);
});

test('a batch callback observes the instruments whose names are valid, and can be taken back', async () => {
  const { meter, cumulative } = createEngine();
  const [invalidGauge, gauge] = [meter.createObservableGauge('with space'), meter.createObservableGauge('i')];
  const callback: BatchObservableCallback = (result) => {
    for (const each of [invalidGauge, gauge]) result.observe(each, 1);
  };
  meter.addBatchObservableCallback(callback, [invalidGauge, gauge]);
  assert.deepEqual(await cumulative.points(), [[{}, 1]]);
  meter.removeBatchObservableCallback(callback, [invalidGauge, gauge]);
  assert.deepEqual(await cumulative.points(), []);
});

test('a name that is not valid is in the warning', () => {
  createEngine().meter.createCounter('with space');
  assert.match(reports[0] ?? '', /"with space" is not an instrument name/);
});

function shown(name: (typeof invalid)[number]): string {
  if (typeof name === 'bigint') return `${name}n`;
  if (typeof name !== 'string') return typeof name === 'object' ? JSON.stringify(name) : String(name);
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 5)}… (${name.length})` : name);
}
