import { MeterProvider, type SeriesCollection } from '@flowmeter/engine';
import { ValueType, type Attributes, type ObservableResult } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  type AggregationOption,
  type IAttributesProcessor,
} from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { normalForm, textOf } from './differential/normal-form.ts';
import { all } from './differential/vocabulary.ts';
import { pointsOf } from './support/collected.ts';
import { ManualReader } from './support/manual-reader.ts';
import { fc, holds } from './support/properties.ts';
import { readSeries, SeriesReader, type ReadSeries } from './support/series-reader.ts';

interface Observation {
  readonly value: number;
  readonly attributes: Attributes;
}

/** What is observed in some collections, and how. */
interface Observing {
  readonly kind: 'createObservableCounter' | 'createObservableUpDownCounter' | 'createObservableGauge';
  readonly aggregation: AggregationOption;
  readonly processors: readonly IAttributesProcessor[];
  readonly limit: number;
  readonly temporality: AggregationTemporality;
  /** By collection and by callback. */
  readonly collections: readonly (readonly [readonly Observation[], readonly Observation[]])[];
}

/** What both readers found in one collection. */
interface Found {
  readonly series: readonly ReadSeries[];
  readonly points: ReturnType<typeof pointsOf>;
}

const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

afterEach(() => mock.restoreAll());

test('collections of two readers at once find what they find one after the other', async () => {
  await holds(observings(), 300, async (observing) => {
    const expected = await inTurns(observing);
    assert.deepEqual(await atTheSameTime(observing), expected);
  });
});

test('while a collection is under way a series of the one before is seen as it was or as it will be', async () => {
  await holds(observings(), 300, async (observing) => {
    await atTheSameTime(observing, (seen, before, after) => {
      const known = [before, after].map((series) => new Set(series.map((each) => textOf(each))));
      for (const each of seen)
        assert.ok(
          known.some((texts) => texts.has(textOf(each))),
          textOf(each),
        );
    });
  });
});

async function inTurns(observing: Observing): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const { first, second } of collectionsOf(observing)) {
    found.push({ series: readSeries(await first()), points: pointsOf(normalForm(await second())) });
  }
  return found;
}

/** @param check is given what was seen of the collection before while the next one was under way, and what both found */
async function atTheSameTime(
  observing: Observing,
  check?: (seen: readonly ReadSeries[], before: readonly ReadSeries[], after: readonly ReadSeries[]) => void,
): Promise<readonly Found[]> {
  let nowMs = 0;
  // Each look at the clock finds that it is time to give way.
  const clock = mock.method(performance, 'now', () => (nowMs += 10));
  const found: Found[] = [];
  let before: SeriesCollection | undefined;
  for (const { first, second } of collectionsOf(observing)) {
    const seen: ReadSeries[] = [];
    let isOver = false;
    const look = (): void => {
      if (isOver || before === undefined) return;
      seen.push(...readSeries(before));
      setImmediate(look);
    };
    setImmediate(look);
    const [collection, points] = await Promise.all([first(), afterTurns(2, second)]);
    isOver = true;
    const series = readSeries(collection);
    check?.(seen, found.at(-1)?.series ?? [], series);
    found.push({ series, points: pointsOf(normalForm(points)) });
    before = collection;
  }
  clock.mock.restore();
  return found;
}

async function afterTurns<Result>(turns: number, work: () => Promise<Result>): Promise<Result> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return work();
}

/** The collections, each of which observes what is its own. */
function* collectionsOf({ kind, aggregation, processors, limit, temporality, collections }: Observing) {
  let nowMs = 1_000_000;
  const first = new SeriesReader();
  const second = new ManualReader({ aggregationTemporalitySelector: () => temporality });
  const provider = new MeterProvider({
    readers: [first, second],
    views: [
      {
        meterName: 'test',
        aggregation,
        attributesProcessors: [...processors],
        aggregationCardinalityLimit: limit,
      },
    ],
    now: () => nowMs,
  });
  const instrument = provider.getMeter('test')[kind]('i', { valueType: ValueType.DOUBLE });
  let observed: (typeof collections)[number] = [[], []];
  const observe =
    (callback: 0 | 1) =>
    (result: ObservableResult): void => {
      for (const { value, attributes } of observed[callback]) result.observe(value, attributes);
    };
  instrument.addCallback(observe(0));
  instrument.addCallback(observe(1));
  for (observed of collections) {
    nowMs += 1000;
    yield { first: () => first.collectSeries(), second: () => second.collect() };
  }
}

function observings(): fc.Arbitrary<Observing> {
  const attributes = fc.oneof(
    { weight: 20, arbitrary: all({ a: fc.nat(4), b: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.constant(OVERFLOW) },
  );
  const observations = fc.array(all({ value: fc.double({ min: 0, max: 100, noNaN: true }), attributes }), {
    maxLength: 30,
  });
  return all({
    kind: fc.constantFrom('createObservableCounter', 'createObservableUpDownCounter', 'createObservableGauge'),
    aggregation: fc.constantFrom<AggregationOption[]>(
      { type: AggregationType.DEFAULT },
      { type: AggregationType.DEFAULT },
      { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM },
      { type: AggregationType.EXPONENTIAL_HISTOGRAM },
    ),
    processors: fc.constantFrom<IAttributesProcessor[][]>(
      [],
      [createAllowListAttributesProcessor(['a'])],
      [{ process: ({ a = 0 }) => ({ a }) }],
    ),
    limit: fc.constantFrom(1, 3, 10, 100),
    temporality: fc.constantFrom(AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA),
    collections: fc.array(fc.tuple(observations, observations), { minLength: 1, maxLength: 4 }),
  });
}
