import { MeterProvider, returnUndelivered } from '@flowmeter/engine';
import type { Attributes, Gauge, Meter, Observable, UpDownCounter } from '@opentelemetry/api';
import { AggregationType, type AggregationOption } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from './differential/normal-form.ts';
import { all } from './differential/vocabulary.ts';
import { collecting, DELTA, pointsOf, type Reader } from './support/collected.ts';
import { fc, holds } from './support/properties.ts';
import { assertComeTo, type PointValue } from './support/summed-deltas.ts';

type Act =
  | { readonly do: 'measure'; readonly value: number; readonly set: number }
  | { readonly do: 'collect cumulative' | 'collect delta' | 'collect delta and return it' };

/** Records in the way of an instrument's kind. */
type Measure = (value: number, attributes: Attributes) => void;

type CreateMeasure = (meter: Meter) => Measure;

const SETS: readonly Attributes[] = [{}, { key: 'a' }, { key: 'b', other: 1 }];

const histograms: readonly AggregationOption[] = [
  { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM },
  { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [] } },
  { type: AggregationType.EXPONENTIAL_HISTOGRAM },
  { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 3 } },
];
const sums: readonly AggregationOption[] = [{ type: AggregationType.SUM }];
const adding: readonly AggregationOption[] = [...sums, ...histograms];

/** What adds up: by which kind of instrument, whether it takes values below 0, and by which aggregations. */
const kinds: readonly (readonly [string, boolean, readonly AggregationOption[], CreateMeasure])[] = [
  ['a counter', false, adding, addWith((meter) => meter.createCounter('i'))],
  ['an up-down counter', true, adding, addWith((meter) => meter.createUpDownCounter('i'))],
  ['a histogram', false, adding, recordWith((meter) => meter.createHistogram('i'))],
  ['a gauge', true, adding, recordWith((meter) => meter.createGauge('i'))],
  ['an observable counter', false, sums, observeWith((meter) => meter.createObservableCounter('i'))],
  ['an observable up-down counter', true, sums, observeWith((meter) => meter.createObservableUpDownCounter('i'))],
  ['an observable gauge', true, sums, observeWith((meter) => meter.createObservableGauge('i'))],
];

const integers = fc.integer({ min: -1000, max: 1000 });
const doubles = fc.double({ min: -1e6, max: 1e6, noNaN: true });

for (const [kind, isSigned, aggregations, create] of kinds) {
  for (const [values, exact] of [
    [integers, true],
    [doubles, false],
  ] as const) {
    const title = exact ? 'exactly' : 'but for rounding';
    test(`the deltas of ${kind} come to its cumulative value, ${title}`, async () => {
      const signed = isSigned ? values : values.map(Math.abs);
      await holds(fc.tuple(actsWith(signed), fc.constantFrom(...aggregations)), 300, async ([acts, aggregation]) => {
        const views = [{ instrumentName: '*', aggregation }];
        const { meter, first, second } = collecting(MeterProvider, { views }, {}, DELTA);
        const tolerance = exact ? 0 : 1e-12 * sumOfMagnitudes(acts);
        await assertLaw(acts, create(meter), first, second, tolerance);
      });
    });
  }
}

async function assertLaw(acts: readonly Act[], measure: Measure, cumulative: Reader, delta: Reader, tolerance: number) {
  const deltas = new Map<string, PointValue[]>();
  const take = (points: ReturnType<typeof pointsOf>): void => {
    for (const [, attributes, value] of points) {
      const key = textOf(attributes);
      deltas.set(key, [...(deltas.get(key) ?? []), value as PointValue]);
    }
  };
  for (const act of acts) {
    if (act.do === 'measure') measure(act.value, SETS[act.set] ?? {});
    else if (act.do === 'collect cumulative') await cumulative.collect();
    else if (act.do === 'collect delta') take(await delta.points());
    else returnUndelivered((await delta.reader.collect()).resourceMetrics);
  }
  take(await delta.points());
  const points = await cumulative.points();
  assert.equal(deltas.size, points.length);
  for (const [, attributes, value] of points) {
    assertComeTo(deltas.get(textOf(attributes)) ?? [], value as PointValue, tolerance);
  }
}

function actsWith(values: fc.Arbitrary<number>): fc.Arbitrary<Act[]> {
  const measuring = all({ do: fc.constant('measure' as const), value: values, set: fc.nat(SETS.length - 1) });
  const verbs = fc.constantFrom('collect cumulative', 'collect delta', 'collect delta and return it');
  return fc.array(
    fc.oneof(
      { weight: 3, arbitrary: measuring },
      verbs.map((verb): Act => ({ do: verb })),
    ),
    {
      maxLength: 40,
    },
  );
}

function addWith(create: (meter: Meter) => UpDownCounter): CreateMeasure {
  return (meter) => {
    const instrument = create(meter);
    return (value, attributes) => instrument.add(value, attributes);
  };
}

function recordWith(create: (meter: Meter) => Gauge): CreateMeasure {
  return (meter) => {
    const instrument = create(meter);
    return (value, attributes) => instrument.record(value, attributes);
  };
}

/** Adds up itself, and has the totals observed. */
function observeWith(create: (meter: Meter) => Observable): CreateMeasure {
  return (meter) => {
    const totals = new Map<Attributes, number>();
    create(meter).addCallback((result) => {
      for (const [attributes, total] of totals) result.observe(total, attributes);
    });
    return (value, attributes) => void totals.set(attributes, (totals.get(attributes) ?? 0) + value);
  };
}

function sumOfMagnitudes(acts: readonly Act[]): number {
  return acts.reduce((sum, act) => (act.do === 'measure' ? sum + Math.abs(act.value) : sum), 0);
}
