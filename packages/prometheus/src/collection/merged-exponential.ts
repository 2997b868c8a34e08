import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';

type Buckets = ExponentialHistogram['positive'];

/** Buckets above 0, and below, that the sum of some histograms has at most: as many as one has by default. */
const MOST_BUCKETS = 160;

/** From the first bucket with a count to before the end. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Exponential histograms as one: at the coarsest of their scales, into which the buckets of the others merge without loss, and
 * coarser still where they are so far apart that there would be too many buckets.
 */
export function addExponentials(points: readonly ExponentialHistogram[]): ExponentialHistogram {
  let scale = points.reduce((least, point) => Math.min(least, point.scale), Infinity);
  while (isTooWide(points, 'positive', scale) || isTooWide(points, 'negative', scale)) scale -= 1;
  return {
    count: sumOf(points.map(({ count }) => count)),
    ...(points.every(({ sum }) => sum !== undefined) ? { sum: sumOf(points.map(({ sum = 0 }) => sum)) } : {}),
    ...extreme('min', points, Math.min),
    ...extreme('max', points, Math.max),
    scale,
    zeroCount: sumOf(points.map(({ zeroCount }) => zeroCount)),
    positive: addBuckets(points, 'positive', scale),
    negative: addBuckets(points, 'negative', scale),
  };
}

/** Where there are no values, there is no smallest. */
function extreme(
  name: 'min' | 'max',
  points: readonly ExponentialHistogram[],
  choose: (one: number, other: number) => number,
): { min?: number; max?: number } {
  const values = points.map((point) => point[name]).filter((value) => value !== undefined);
  return values.length === 0 ? {} : { [name]: values.reduce((one, other) => choose(one, other)) };
}

function isTooWide(points: readonly ExponentialHistogram[], side: 'positive' | 'negative', scale: number): boolean {
  const { start, end } = rangeOf(points, side, scale);
  return end - start > MOST_BUCKETS;
}

function addBuckets(points: readonly ExponentialHistogram[], side: 'positive' | 'negative', scale: number): Buckets {
  const { start, end } = rangeOf(points, side, scale);
  if (start >= end) return { offset: 0, bucketCounts: [] };
  const bucketCounts = Array.from({ length: end - start }, () => 0);
  for (const point of points) {
    const { offset, bucketCounts: counts } = point[side];
    for (const [position, count] of counts.entries()) {
      const place = ((offset + position) >> (point.scale - scale)) - start;
      if (count > 0) bucketCounts[place] = (bucketCounts[place] ?? 0) + count;
    }
  }
  return { offset: start, bucketCounts };
}

function rangeOf(points: readonly ExponentialHistogram[], side: 'positive' | 'negative', scale: number): Range {
  let [start, end] = [Infinity, -Infinity];
  for (const point of points) {
    const { offset, bucketCounts } = point[side];
    const first = bucketCounts.findIndex((count) => count > 0);
    if (first < 0) continue;
    const last = bucketCounts.findLastIndex((count) => count > 0);
    const by = point.scale - scale;
    start = Math.min(start, (offset + first) >> by);
    end = Math.max(end, ((offset + last) >> by) + 1);
  }
  return { start, end };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
