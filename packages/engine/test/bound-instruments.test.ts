import type { EngineMeter } from '@flowmeter/engine';
import { ValueType, type Attributes } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine } from './support/engine.ts';

/** What the four kinds have in common here: `record` stands for `add` as well. */
interface Recorder {
  bind(attributes?: Attributes): { record(value: number): void; remove(): void; enabled(): boolean };
  record(value: number, attributes?: Attributes): void;
}

/** Each kind, and what 3 and then 4 come to. */
const kinds: readonly (readonly [string, (meter: EngineMeter) => Recorder, unknown])[] = [
  ['counter', (meter) => adding(meter.createCounter('i')), 7],
  ['up-down counter', (meter) => adding(meter.createUpDownCounter('i')), 7],
  ['gauge', (meter) => meter.createGauge('i'), 4],
  ['histogram', (meter) => meter.createHistogram('i', BOUNDARIES), { sum: 7, min: 3, max: 4, counts: [2, 0] }],
];

const BOUNDARIES = { advice: { explicitBucketBoundaries: [10] } };

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

for (const [kind, create, expected] of kinds) {
  test(`a bound ${kind} records into the series of its attributes`, async () => {
    const { meter, cumulative, delta } = createEngine();
    const bound = create(meter).bind({ a: 1, b: 'x' });
    for (const value of [3, 4]) bound.record(value);
    assert.deepEqual(await cumulative.points(), [[{ a: 1, b: 'x' }, expected]]);
    assert.deepEqual(await delta.points(), [[{ a: 1, b: 'x' }, expected]]);
  });

  test(`a bound ${kind} without attributes records into the series that has none`, async () => {
    const { meter, cumulative } = createEngine();
    const instrument = create(meter);
    instrument.bind().record(3);
    instrument.bind({}).record(4);
    assert.deepEqual(await cumulative.points(), [[{}, expected]]);
  });

  test(`a ${kind} that is bound has no data point before its first measurement`, async () => {
    const { meter, cumulative, delta } = createEngine();
    const bound = create(meter).bind({ a: 1 });
    assert.deepEqual(await cumulative.metrics(), []);
    assert.deepEqual(await delta.metrics(), []);
    for (const value of [3, 4]) bound.record(value);
    assert.deepEqual(await cumulative.points(), [[{ a: 1 }, expected]]);
  });

  test(`a bound ${kind} is valid over collections, with data or without`, async () => {
    const { meter, cumulative, delta } = createEngine();
    const bound = create(meter).bind({ a: 1 });
    bound.record(3);
    for (const reader of [delta, delta, cumulative]) await reader.points();
    bound.record(4);
    assert.deepEqual(await cumulative.points(), [[{ a: 1 }, expected]]);
    assert.deepEqual((await delta.points()).length, 1);
  });

  test(`a bound ${kind} that was removed begins anew with the next measurement`, async () => {
    const { meter, cumulative } = createEngine();
    const bound = create(meter).bind({ a: 1 });
    bound.record(100);
    bound.remove();
    assert.deepEqual(await cumulative.metrics(), []);
    for (const value of [3, 4]) bound.record(value);
    assert.deepEqual(await cumulative.points(), [[{ a: 1 }, expected]]);
  });

  test(`a bound ${kind} drops what the instrument does not take, and counts it`, async () => {
    const { meter, cumulative } = createEngine();
    const bound = create(meter).bind({ a: 1 });
    bound.record(3);
    for (const value of [Number.NaN, Infinity, -Infinity, '5', 5n, undefined]) bound.record(value as number);
    bound.record(4);
    assert.deepEqual(await cumulative.points(), [[{ a: 1 }, expected]]);
    assert.equal(reports.length, 1);
    const dropped = await cumulative.self('flowmeter.engine.dropped_measurements');
    assert.deepEqual(
      dropped.map(([{ reason }, count]) => [reason, count]),
      [
        ['not_finite', 3],
        ['not_a_number', 3],
      ],
    );
  });
}

test('what is bound beyond the limit records into the overflow point for good, and removing it removes nothing', async () => {
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: '*', aggregationCardinalityLimit: 1 }] });
  const counter = meter.createCounter('i');
  const inside = counter.bind({ a: 1 });
  const beyond = counter.bind({ a: 2 });
  inside.add(1);
  beyond.add(10);
  beyond.remove();
  inside.remove();
  beyond.add(10);
  assert.deepEqual(await cumulative.points(), [[{ 'otel.metric.overflow': true }, 20]]);
});

test('a bound instrument of value type INT cuts fractions off', async () => {
  const { meter, cumulative } = createEngine();
  const histogram = meter.createHistogram('i', { valueType: ValueType.INT, ...BOUNDARIES });
  histogram.bind().record(2.5);
  assert.deepEqual(await cumulative.points(), [[{}, { sum: 2, min: 2, max: 2, counts: [1, 0] }]]);
});

function adding(instrument: {
  add(value: number, attributes?: Attributes): void;
  bind(attributes?: Attributes): { add(value: number): void; remove(): void; enabled(): boolean };
}): Recorder {
  return {
    record: (value, attributes) => instrument.add(value, attributes),
    bind(attributes) {
      const bound = instrument.bind(attributes);
      return {
        record: (value) => bound.add(value),
        remove: () => bound.remove(),
        enabled: () => bound.enabled(),
      };
    },
  };
}
