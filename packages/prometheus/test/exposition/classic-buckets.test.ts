import { DataPointType, type ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classicBucketsOf } from '../../src/exposition/classic-buckets.ts';
import { fc } from '../support/properties.ts';
import { createSeriesEngine } from './support/series-engine.ts';

/** What the engine makes of such values. */
async function pointOf(values: readonly number[], maxSize = 160): Promise<ExponentialHistogram> {
  const { meter, only } = createSeriesEngine(maxSize);
  const histogram = meter.createHistogram('h');
  for (const value of values) histogram.record(value);
  const metric = await only();
  assert.ok(metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM);
  return metric.pointOf(0);
}

/** A point with the same buckets for negative values, which histograms do not take here. */
function mirrored(point: ExponentialHistogram): ExponentialHistogram {
  return { ...point, negative: point.positive, count: 2 * point.count - point.zeroCount };
}

/** The engine takes all that is smaller for this. */
const MIN_NORMAL = 2 ** -1022;

const measurement = fc.oneof(
  fc.double({ min: MIN_NORMAL, noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0.001, max: 100, noNaN: true }),
  fc.integer({ min: -300, max: 300 }).map((power) => 2 ** power),
  fc.constant(0),
);
const measurements = fc.array(measurement, { maxLength: 40 });

test('C3: each bound is 0 or a power of two, and has the count of all values that are not above it', async () => {
  await fc.assert(
    fc.asyncProperty(measurements, fc.integer({ min: 2, max: 160 }), async (values, maxSize) => {
      const { bounds, counts } = classicBucketsOf(await pointOf([...values, 3], maxSize), {});
      for (const [bucket, bound] of bounds.entries()) {
        assert.ok(bound === 0 || Number.isInteger(Math.log2(bound)), String(bound));
        assert.equal(
          counts[bucket],
          values.concat(3).filter((value) => value <= Math.max(bound, 0)).length,
          `${bound}`,
        );
      }
      assert.deepEqual(
        bounds,
        bounds.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(bounds).size, bounds.length);
    }),
    { numRuns: 300 },
  );
});

test('C3: there are bounds from where the lowest bucket begins to where the highest one ends', async () => {
  const { bounds, counts } = classicBucketsOf(await pointOf([3, 3.5, 20]), {});
  assert.deepEqual(
    [bounds, counts],
    [
      [0, 2, 4, 8, 16, 32],
      [0, 0, 2, 2, 2, 3],
    ],
  );
});

test('C3: negative values are counted from the lowest up, before zeros', async () => {
  const { bounds, counts } = classicBucketsOf({ ...mirrored(await pointOf([3, 3, 9])), zeroCount: 5, count: 11 }, {});
  assert.deepEqual(
    [bounds, counts],
    [
      [-16, -8, -4, -2, 0, 2, 4, 8, 16],
      [0, 1, 1, 3, 8, 8, 10, 10, 11],
    ],
  );
});

test('C3: a histogram without values has the bound 0', async () => {
  assert.deepEqual(classicBucketsOf({ ...(await pointOf([0])), zeroCount: 0, count: 0 }, {}), {
    bounds: [0],
    counts: [0],
  });
});

test('C3: bounds stay when values come that make the scale fall', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1 }), async (values) => {
      const identity = {};
      let before: readonly number[] = [];
      for (let count = 1; count <= values.length; count += 1) {
        const { bounds } = classicBucketsOf(await pointOf(values.slice(0, count), 60), identity);
        for (const bound of before) assert.ok(bounds.includes(bound));
        before = bounds;
      }
    }),
    { numRuns: 50 },
  );
});

test('C3: a series has the bounds that another series of the metric has needed, and not those of another metric', async () => {
  const [slow, fast, identity] = [await pointOf([100]), await pointOf([0.3]), {}];
  classicBucketsOf(slow, identity);
  assert.deepEqual(classicBucketsOf(fast, identity).bounds, [0, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128]);
  assert.deepEqual(classicBucketsOf(slow, identity).bounds, classicBucketsOf(fast, identity).bounds);
  assert.deepEqual(classicBucketsOf(fast, {}).bounds, [0, 0.25, 0.5]);
});

test('C3: there is an end to the bounds, what lies beyond is counted, and the other series keep theirs', async () => {
  const identity = {};
  classicBucketsOf(await pointOf([3]), identity);
  const { bounds, counts } = classicBucketsOf(await pointOf([MIN_NORMAL, Number.MAX_VALUE]), identity);
  assert.ok(bounds.length <= 162, `${bounds.length}`);
  assert.equal(counts.at(-1), 1);
  assert.deepEqual(classicBucketsOf(await pointOf([3]), identity).bounds, [0, 2, 4]);
});

test('C3: whatever the other series of a metric were, counts are right at all bounds, and bounds do not go away', async () => {
  const wide = fc.array(measurement, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(wide, { minLength: 1, maxLength: 8 }), async (series) => {
      const identity = {};
      let before: readonly number[] = [];
      for (const values of series) {
        const point = await pointOf(values);
        const { bounds, counts } = classicBucketsOf(point, identity);
        for (const [bucket, bound] of bounds.entries())
          assert.equal(counts[bucket], values.filter((value) => value <= bound).length, `${bound}`);
        if (point.scale < 0) continue;
        for (const bound of before) assert.ok(bounds.includes(bound), `${bound}`);
        before = bounds;
      }
    }),
    { numRuns: 300 },
  );
});
