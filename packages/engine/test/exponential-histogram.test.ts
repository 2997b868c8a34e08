import { MeterProvider } from '@flowmeter/engine';
import {
  AggregationType,
  MeterProvider as StockMeterProvider,
  type ExponentialHistogram,
  type MetricReaderOptions,
} from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from './differential/normal-form.ts';
import type { MeterProviderClass } from './differential/run-program.ts';
import { collecting, DELTA, type Reader } from './support/collected.ts';
import { fc, holds } from './support/properties.ts';
import { assertComeTo } from './support/summed-deltas.ts';

/** What is recorded before a collection. */
type Interval = readonly number[];

interface Setting {
  /** Gauges take values below 0, histograms have a sum. */
  readonly kind?: (typeof KINDS)[number];
  readonly maxSize: number;
  readonly recordMinMax?: boolean;
}

type Range = ExponentialHistogram['positive'];

const KINDS = ['gauge', 'histogram'] as const;
const MIN_NORMAL = 2 ** -1022;
const MIN_SCALE = -10;
const MAX_SCALE = 20;

const exponents = fc.integer({ min: -1022, max: 1023 });
const magnitudes = fc.oneof(
  // From all there are: two of them take the scale far below 0.
  fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }),
  exponents.map((exponent) => 2 ** exponent),
  fc.constantFrom(Number.MIN_VALUE, MIN_NORMAL - Number.MIN_VALUE, MIN_NORMAL, Number.MAX_VALUE),
  // Close to each other, which keeps it above 0.
  fc.double({ min: 1, max: 1000, noNaN: true }),
  fc.integer({ min: 1, max: 20 }),
);
/** The numbers next to powers of two, at which logarithms err. Stock may count them twice, or as NaN. */
const besidePowers = fc
  .tuple(exponents, fc.constantFrom(-1, 1))
  .map(([exponent, side]) => 2 ** exponent * (1 + side * Number.EPSILON));

const values = signed(magnitudes);
const intervals = seriesOf(values);
/** With numbers that stock errs on. */
const allIntervals = seriesOf(signed(fc.oneof(magnitudes, besidePowers)));
const maxSizes = fc.oneof(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 2, max: 160 }));

for (const [temporality, readerOptions] of [
  ['cumulative', {}],
  ['delta', DELTA],
] as const) {
  test(`the first collection of a ${temporality} reader is the one of stock`, async () => {
    const many = fc.array(values, { minLength: 1, maxLength: 300 });
    const settings = fc.record({ kind: fc.constantFrom(...KINDS), maxSize: maxSizes, recordMinMax: fc.boolean() });
    await holds(fc.tuple(many, settings), 1000, async ([recorded, setting]) => {
      const collect = async (Provider: MeterProviderClass): Promise<string> => {
        const { record, first } = histogramOf(Provider, setting, readerOptions);
        recorded.forEach(record);
        return textOf(await first.points());
      };
      assert.equal(await collect(MeterProvider), await collect(StockMeterProvider));
    });
  });
}

test('a delta has the scale that its own interval requires, as with stock', async () => {
  await holds(fc.tuple(intervals, maxSizes), 500, async ([series, maxSize]) => {
    const collect = (Provider: MeterProviderClass): Promise<readonly string[]> => {
      const { record, first } = histogramOf(Provider, { maxSize }, DELTA);
      return inTurn(series, record, async () => textOf(await first.points()));
    };
    assert.deepEqual(await collect(MeterProvider), await collect(StockMeterProvider));
  });
});

test('intervals with values on the same side of zero come together as with stock', async () => {
  // With an interval that has none on that side they do not: see `zerosThatCoarsen`.
  const interval = fc.tuple(magnitudes, fc.array(fc.oneof(magnitudes, fc.constant(0)), { maxLength: 30 }));
  const oneSided = fc.array(
    interval.map(([value, others]) => [value, ...others]),
    { maxLength: 6 },
  );
  await holds(fc.tuple(oneSided, maxSizes), 500, async ([series, maxSize]) => {
    const collect = async (Provider: MeterProviderClass): Promise<readonly string[]> => {
      const { record, first, second } = histogramOf(Provider, { kind: 'histogram', maxSize }, {}, DELTA);
      const cumulative = await inTurn(series, record, async () => textOf(await first.points()));
      return [...cumulative, textOf(await second.points())];
    };
    assert.deepEqual(await collect(MeterProvider), await collect(StockMeterProvider));
  });
});

for (const [others, readers] of [
  ['nobody else', [{}]],
  ['a delta reader beside it', [{}, DELTA]],
] as const) {
  test(`collecting often, with ${others}, makes a cumulative histogram no coarser than collecting once`, async () => {
    await holds(fc.tuple(intervals, maxSizes), 500, async ([series, maxSize]) => {
      const often = histogramOf(MeterProvider, { maxSize }, ...readers);
      await inTurn(series, often.record, () => often.first.collect());
      const once = histogramOf(StockMeterProvider, { maxSize });
      series.flat().forEach(once.record);
      assert.equal(textOf(await often.first.points()), textOf(await once.first.points()));
    });
  });
}

test('deltas of any scales come to the cumulative histogram', async () => {
  await holds(fc.tuple(allIntervals, maxSizes), 500, async ([series, maxSize]) => {
    const { record, first, second } = histogramOf(MeterProvider, { maxSize }, {}, DELTA);
    const deltas = (await inTurn(series, record, () => histogramsFrom(second))).flat();
    const cumulative = await histogramsFrom(first);
    assert.equal(cumulative.length, series.flat().length === 0 ? 0 : 1);
    // Of nothing but zeros the scale is 0, and says nothing.
    const scaled = deltas.map((delta) => (delta.count === delta.zeroCount ? { ...delta, scale: MAX_SCALE } : delta));
    for (const each of cumulative) assertComeTo(scaled, each, 0);
  });
});

test('a histogram fills more than half of the buckets it may have, unless its scale is the highest', async () => {
  await holds(fc.tuple(allIntervals, maxSizes), 500, async ([series, maxSize]) => {
    const { record, first } = histogramOf(MeterProvider, { maxSize }, {}, DELTA);
    await inTurn(series, record, () => first.collect());
    for (const { scale, positive, negative, count, zeroCount } of await histogramsFrom(first)) {
      const size = Math.max(positive.bucketCounts.length, negative.bucketCounts.length);
      assert.ok(size <= maxSize, `${size} buckets`);
      assert.ok(scale >= MIN_SCALE && scale <= MAX_SCALE, `scale ${scale}`);
      assert.ok(size > maxSize / 2 || scale === MAX_SCALE || count === zeroCount, `scale ${scale}, ${size} buckets`);
    }
  });
});

test('every value is in the bucket whose boundaries it lies between', async () => {
  await holds(fc.tuple(allIntervals, maxSizes), 500, async ([series, maxSize]) => {
    const { record, first } = histogramOf(MeterProvider, { maxSize }, {}, DELTA);
    await inTurn(series, record, () => first.collect());
    const recorded = series.flat();
    for (const { scale, positive, negative, zeroCount } of await histogramsFrom(first)) {
      const below = recorded.filter((value) => value < 0).map(Math.abs);
      const above = recorded.filter((value) => value > 0);
      assertHolds(positive, scale, above);
      assertHolds(negative, scale, below);
      assert.equal(zeroCount, recorded.filter((value) => value === 0).length);
    }
  });
});

test('a power of two is in the bucket that ends with it, exactly and at every scale', async () => {
  await holds(fc.tuple(exponents, exponents, maxSizes), 2000, async ([one, other, maxSize]) => {
    const { record, first } = histogramOf(MeterProvider, { maxSize });
    [one, other].forEach((exponent) => record(2 ** exponent));
    const [histogram] = await histogramsFrom(first);
    assert.ok(histogram);
    const { scale, positive } = histogram;
    // The bucket's upper boundary is base^(index + 1).
    const indexes = [one, other].map((exponent) => Math.ceil(exponent * 2 ** scale) - 1);
    assert.equal(positive.offset, Math.min(...indexes));
    assert.equal(positive.offset + positive.bucketCounts.length - 1, Math.max(...indexes));
  });
});

test('numbers next to powers of two are counted where stock counts them, at scales above 0', async () => {
  // Up to 70 powers of two apart, 160 buckets are enough for two buckets each.
  await holds(fc.tuple(besidePowers, fc.integer({ min: 1, max: 70 })), 2000, async ([value, powers]) => {
    const collect = async (Provider: MeterProviderClass): Promise<string> => {
      const { record, first } = histogramOf(Provider, { maxSize: 160 });
      [value, value < 1 ? value * 2 ** powers : value / 2 ** powers].forEach(record);
      return textOf(await first.points());
    };
    assert.equal(await collect(MeterProvider), await collect(StockMeterProvider));
  });
});

test('one value, however often, is counted at the highest scale, in the bucket where stock counts it', async () => {
  const settings = fc.tuple(fc.oneof(magnitudes, besidePowers), fc.integer({ min: 1, max: 5 }), maxSizes);
  await holds(settings, 2000, async ([value, times, maxSize]) => {
    const collect = async (Provider: MeterProviderClass): Promise<ExponentialHistogram | undefined> => {
      const { record, first } = histogramOf(Provider, { maxSize });
      for (let time = 0; time < times; time += 1) record(value);
      return (await histogramsFrom(first))[0];
    };
    const histogram = await collect(MeterProvider);
    assert.deepEqual([histogram?.scale, histogram?.positive.bucketCounts], [MAX_SCALE, [times]]);
    assert.deepEqual(histogram, await collect(StockMeterProvider));
  });
});

test('a series ends with its time to live, and the next begins with nothing of it', async () => {
  for (const readers of [[{}], [{}, DELTA]] as const) {
    let nowMs = 0;
    const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
    const options = { views: [{ instrumentName: '*', aggregation, timeToLiveMs: 10 }], now: () => nowMs };
    const { meter, first, second } = collecting(MeterProvider, options, ...readers);
    const gauge = meter.createGauge('g');
    for (const value of [-1, 0, 1, 1000]) gauge.record(value);
    for (const reader of readers.length === 1 ? [first] : [first, second]) {
      assert.equal((await histogramsFrom(reader)).length, 1);
    }
    nowMs += 10;
    assert.deepEqual(await histogramsFrom(first), []);
    gauge.record(2);
    const begun = { count: 1, zeroCount: 0, scale: MAX_SCALE, min: 2, max: 2, sum: undefined };
    const positive = { offset: 2 ** MAX_SCALE - 1, bucketCounts: [1] };
    assert.deepEqual(await histogramsFrom(first), [{ ...begun, positive, negative: { offset: 0, bucketCounts: [] } }]);
  }
});

function signed(positive: fc.Arbitrary<number>): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 4, arbitrary: positive },
    { weight: 4, arbitrary: positive.map((value) => -value) },
    { weight: 1, arbitrary: fc.constant(0) },
  );
}

function seriesOf(recorded: fc.Arbitrary<number>): fc.Arbitrary<readonly Interval[]> {
  return fc.array(fc.array(recorded, { maxLength: 40 }), { minLength: 1, maxLength: 6 });
}

/** An instrument whose values an exponential histogram counts, and readers of it. */
function histogramOf(
  Provider: MeterProviderClass,
  { kind = 'gauge', ...options }: Setting,
  ...readers: readonly [MetricReaderOptions?, MetricReaderOptions?]
): { readonly record: (value: number) => void; readonly first: Reader; readonly second: Reader } {
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options } as const;
  const views = [{ instrumentName: '*', aggregation }];
  const { meter, first, second } = collecting(Provider, { views }, ...readers);
  const instrument = kind === 'gauge' ? meter.createGauge('i') : meter.createHistogram('i');
  return { record: (value) => instrument.record(value), first, second };
}

/** Records the intervals, and collects after each. */
async function inTurn<Result>(
  series: readonly Interval[],
  record: (value: number) => void,
  collect: () => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const interval of series) {
    interval.forEach(record);
    results.push(await collect());
  }
  return results;
}

async function histogramsFrom(reader: Reader): Promise<readonly ExponentialHistogram[]> {
  return (await reader.points()).map(([, , value]) => value as ExponentialHistogram);
}

/** Checks that up to each boundary there are as many counts as values, of those not next to it. */
function assertHolds({ offset, bucketCounts }: Range, scale: number, recorded: readonly number[]): void {
  const rounded = recorded.map((value) => Math.max(value, MIN_NORMAL));
  const upTo = (boundary: number): number => rounded.filter((value) => value <= boundary).length;
  assert.equal(upTo(boundaryOf(offset, scale) * (1 - 1e-12)), 0);
  let counted = 0;
  for (const [position, count] of bucketCounts.entries()) {
    counted += count;
    const boundary = boundaryOf(offset + position + 1, scale);
    assert.ok(counted >= upTo(boundary * (1 - 1e-12)) && counted <= upTo(boundary * (1 + 1e-12)), `at ${boundary}`);
  }
  assert.equal(counted, recorded.length);
}

function boundaryOf(index: number, scale: number): number {
  return 2 ** (index * 2 ** -scale);
}
