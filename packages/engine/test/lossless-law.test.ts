import {
  MeterProvider,
  returnUndelivered,
  type BoundCounter,
  type BoundRecorder,
  type EngineCounter,
  type EngineHistogram,
  type EngineInstrument,
} from '@flowmeter/engine';
import type { Attributes, Meter } from '@opentelemetry/api';
import {
  AggregationType,
  type AggregationOption,
  type Histogram,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from './differential/normal-form.ts';
import { all } from './differential/vocabulary.ts';
import { collecting, DELTA, type Point, type Reader } from './support/collected.ts';
import { fc, holds } from './support/properties.ts';

type Act =
  | { readonly do: 'record'; readonly value: number; readonly set: number; readonly isBound: boolean }
  | { readonly do: 'remove'; readonly set: number; readonly isBound: boolean }
  | { readonly do: (typeof COLLECTING)[number] };

const COLLECTING = [
  'collect',
  'collect and return',
  'collect and keep',
  'return what was kept',
  'collect by the other',
] as const;

const SETS: readonly Attributes[] = [{}, { key: 'a' }, { key: 'b', other: 1 }, { other: 2, key: 'a' }];

/** Of which series, and by which way. */
const series = { set: fc.nat(SETS.length - 1), isBound: fc.boolean() };

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: all({ do: fc.constant('record' as const), value: fc.nat(100), ...series }) },
    { weight: 2, arbitrary: all({ do: fc.constant('remove' as const), ...series }) },
    { weight: 4, arbitrary: all({ do: fc.constantFrom(...COLLECTING) }) },
  ),
  { maxLength: 40 },
);

/** What is recorded with, and what its points come to. */
const kinds: readonly (readonly [
  title: string,
  aggregation: AggregationOption,
  create: (meter: Meter) => Recording,
  valueOf: (value: unknown) => number,
])[] = [
  ['sums', { type: AggregationType.DEFAULT }, countingOf, Number],
  ['histograms', { type: AggregationType.DEFAULT }, measuringOf, sumOf],
  ['exponential histograms', { type: AggregationType.EXPONENTIAL_HISTOGRAM }, measuringOf, sumOf],
];

for (const [title, aggregation, create, valueOf] of kinds) {
  test(`what a delta reader is given of ${title} is all there was, once, whatever is removed, returned or beyond the limit`, async () => {
    await holds(fc.tuple(acts, fc.integer({ min: 1, max: 4 })), 500, async ([program, limit]) => {
      const views = [{ instrumentName: '*', aggregation, aggregationCardinalityLimit: limit }];
      const { meter, first, second } = collecting(MeterProvider, { views }, DELTA, DELTA);
      const recording = create(meter);
      const given: Point[] = [];
      const kept: ResourceMetrics[] = [];
      for (const act of program) {
        if (act.do === 'record') recording.record(act.value, SETS[act.set] ?? {}, act.isBound);
        else if (act.do === 'remove') recording.remove(SETS[act.set] ?? {}, act.isBound);
        else if (act.do === 'collect by the other') await second.collect();
        else if (act.do === 'collect') given.push(...(await take(first)));
        else if (act.do === 'return what was kept') kept.splice(0).forEach(returnTwice);
        else {
          const { resourceMetrics } = await first.reader.collect();
          if (act.do === 'collect and keep') kept.push(resourceMetrics);
          else returnTwice(resourceMetrics);
        }
      }
      kept.forEach(returnTwice);
      given.push(...(await take(first)));
      const recorded = program.map((act) => (act.do === 'record' ? act.value : 0));
      assert.equal(totalOf(given.map(([, , value]) => valueOf(value))), totalOf(recorded));
      assert.deepEqual(await first.points(), []);
    });
  });
}

test('a series that was removed makes room for another when all delta readers have been given it', async () => {
  const views = [{ instrumentName: '*', aggregationCardinalityLimit: 1 }];
  const { meter, first, second } = collecting(MeterProvider, { views }, DELTA, DELTA);
  const counter = meter.createCounter('i') as EngineCounter;
  for (const key of ['a', 'b', 'c']) {
    counter.add(1, { key });
    counter.remove({ key });
    assert.deepEqual(await first.points(), [['i', { key }, 1]]);
    assert.deepEqual(await second.points(), [['i', { key }, 1]]);
  }
});

test('what is given back of an observable instrument waits until it is observed again', async () => {
  const { meter, first } = collecting(MeterProvider, {}, DELTA);
  let observed: readonly number[] = [10];
  meter.createObservableCounter('i').addCallback((result) => observed.forEach((value) => result.observe(value)));
  returnUndelivered((await first.reader.collect()).resourceMetrics);
  observed = [];
  assert.deepEqual(await first.points(), []);
  observed = [12];
  assert.deepEqual(await first.points(), [['i', {}, 12]]);
});

/** Collects, and looks that no series comes in two parts. */
async function take(reader: Reader): Promise<readonly Point[]> {
  const points = await reader.points();
  assert.equal(new Set(points.map(([, attributes]) => textOf(attributes))).size, points.length);
  return points;
}

/** The second time it does nothing. */
function returnTwice(resourceMetrics: ResourceMetrics): void {
  returnUndelivered(resourceMetrics);
  returnUndelivered(resourceMetrics);
}

function totalOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Recording with an instrument whose handles were bound before anything else. */
interface Recording {
  record(value: number, attributes: Attributes, isBound: boolean): void;
  remove(attributes: Attributes, isBound: boolean): void;
}

function countingOf(meter: Meter): Recording {
  const counter = meter.createCounter('i') as EngineCounter;
  const add = (value: number, attributes: Attributes): void => counter.add(value, attributes);
  return recordingOf(counter, add, (bound, value) => bound.add(value));
}

function measuringOf(meter: Meter): Recording {
  const histogram = meter.createHistogram('i') as EngineHistogram;
  const record = (value: number, attributes: Attributes): void => histogram.record(value, attributes);
  return recordingOf(histogram, record, (bound, value) => bound.record(value));
}

function recordingOf<Bound extends BoundCounter | BoundRecorder>(
  instrument: EngineInstrument<Bound>,
  record: (value: number, attributes: Attributes) => void,
  recordBound: (bound: Bound, value: number) => void,
): Recording {
  const handles = SETS.map((set) => [set, instrument.bind(set)] as const);
  const boundTo = (attributes: Attributes): Bound => {
    const found = handles.find(([set]) => set === attributes);
    if (found === undefined) throw new RangeError('these attributes were not bound');
    return found[1];
  };
  return {
    record(value, attributes, isBound) {
      if (isBound) recordBound(boundTo(attributes), value);
      else record(value, attributes);
    },
    remove(attributes, isBound) {
      if (isBound) boundTo(attributes).remove();
      else instrument.remove(attributes);
    },
  };
}

function sumOf(value: unknown): number {
  return (value as Histogram).sum ?? NaN;
}
