import { roboflowSet } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { collectSeries, type SeriesValue } from './support/collected-series.ts';
import { captureReports, stopReports } from './support/reports.ts';
import { createUntyped, measure, type UntypedInstrument } from './support/untyped-instruments.ts';

/** One instrument of each kind, none of which has attributes, and what it says it takes. */
const kinds = [
  ['counter', 'roboflow_cache_hit', 'a counter takes a finite number of 0 or more'],
  ['up-down counter', 'roboflow_pending_uploads', 'an up-down counter takes a finite number'],
  ['gauge', 'roboflow_buffer_usage_bytes', 'a gauge takes a finite number'],
  ['histogram', 'roboflow_video_encoding_duration_seconds', 'a histogram takes a finite number of 0 or more'],
] as const;

/** What no instrument takes, and how a report shows it. */
const bad: readonly (readonly [value: unknown, shown: string])[] = [
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [5n, '5n'],
  ['5', '"5"'],
  ['x'.repeat(1000), `"${'x'.repeat(40)}…"`],
  [undefined, 'undefined'],
  [null, 'null'],
  [true, 'true'],
  [{ valueOf: () => 5 }, 'an object'],
  [new Date(0), 'an object'],
  [[5], 'an object'],
  [() => 5, 'a function'],
  [Symbol('five'), 'Symbol(five)'],
];

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

for (const [kind, name, accepts] of kinds) {
  for (const [value, shown] of bad) {
    test(`a ${kind} drops ${shown.slice(0, 20)} in all three forms, and reports it once`, async () => {
      const { instrument, recorded } = instrumentCalled(name);
      for (const form of formsOf(instrument)) form(value);
      for (const form of formsOf(instrument)) form(2);
      assert.deepEqual(reports, [`flowmeter: ${name}: dropped ${shown}; ${accepts} (reported once)`]);
      assert.deepEqual(await recorded(), kind === 'gauge' ? 2 : kind === 'histogram' ? [3, 6, 2, 2] : 6);
    });
  }
}

for (const [kind, name, accepts] of kinds.filter(([, , words]) => words.endsWith('0 or more'))) {
  test(`a ${kind} drops a negative number in all three forms, and reports it once`, async () => {
    const { instrument, recorded } = instrumentCalled(name);
    for (const form of formsOf(instrument)) form(-1);
    measure(instrument, 2);
    assert.deepEqual(reports, [`flowmeter: ${name}: dropped -1; ${accepts} (reported once)`]);
    assert.deepEqual(await recorded(), kind === 'histogram' ? [1, 2, 2, 2] : 2);
  });
}

test('the largest number and the smallest step from zero are taken', async () => {
  const { instrument, recorded } = instrumentCalled('roboflow_buffer_usage_bytes');
  measure(instrument, -Number.MAX_VALUE);
  assert.equal(await recorded(), -Number.MAX_VALUE);
  measure(instrument, Number.MAX_VALUE);
  assert.equal(await recorded(), Number.MAX_VALUE);
  measure(instrument, Number.MIN_VALUE);
  assert.equal(await recorded(), Number.MIN_VALUE);
  assert.deepEqual(reports, []);
});

test('each instrument reports for itself', () => {
  const created = createUntyped(roboflowSet, collectSeries());
  for (const { instrument } of created) measure(instrument, Number.NaN, {});
  assert.equal(reports.length, created.length);
});

function instrumentCalled(name: string) {
  const { meterProvider, value } = collectSeries();
  const created = createUntyped(roboflowSet, { meterProvider }).find(({ definition }) => definition.name === name);
  assert.ok(created, name);
  return { instrument: created.instrument, recorded: async () => compact(await value(name)) };
}

function formsOf(instrument: UntypedInstrument): readonly ((value: unknown) => void)[] {
  const bound = instrument.bind();
  return [(value) => measure(instrument, value), (value) => measure(bound, value), instrument.positional()];
}

function compact(value: SeriesValue): unknown {
  return typeof value === 'number' ? value : [value.count, value.sum, value.min, value.max];
}
