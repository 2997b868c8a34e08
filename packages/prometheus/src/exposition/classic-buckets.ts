import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';

/** A histogram as formats have it that know no exponential ones. */
export interface ClassicBuckets {
  /** The upper bounds of all buckets but the last, in ascending order. */
  readonly bounds: readonly number[];
  /** How many values are not above each of the bounds. In the last bucket are all values of the point. */
  readonly counts: readonly number[];
}

/**
 * Converts an exponential histogram to one with bounds (specification, compatibility, "Exponential Histograms").
 *
 * A rate is had from one bucket at two times, and a quantile over several series from the same bucket of each: so bounds
 * must not follow the scale, which falls as values come that lie farther apart. They are 0 and the powers of two, positive
 * and negative, from the lowest to the highest that a series of the metric has needed so far:
 *
 *     scale  1   (1, √2]  (√2, 2]  (2, 2√2]  (2√2, 4]
 *     bounds    1                 2                  4
 *
 * Every scale from 0 on merges into them without loss, a series that goes on only adds to them, and series that begin later
 * begin with all of them. A series whose values are so far apart that it would need too many has fewer of the same: each
 * second, fourth, … power of two, which scales below 0 merge into.
 *
 * Upper bounds are inclusive above 0. Below 0 a value that is a power of two itself is counted one bucket too high:
 * exponential buckets go by magnitude.
 *
 * @param metric what all points of a metric have in common, in all collections: the `identity` of its series. Without it,
 *   the bounds are those that this point needs
 */
export function classicBucketsOf(point: ExponentialHistogram, metric?: object): ClassicBuckets {
  const layout = metric === undefined ? layoutOf(point) : sharedLayout(point, metric);
  const bounds: number[] = [];
  const counts: number[] = [];
  const { scale } = layout;
  const negative = merge(point.negative, point.scale, layout.negative, scale);
  const positive = merge(point.positive, point.scale, layout.positive, scale);
  let count = 0;
  for (let place = negative.length; place >= 0 && negative.length > 0; place -= 1) {
    count += negative[place] ?? 0;
    addPower(-boundaryOf(layout.negative.start + place, scale));
  }
  count += point.zeroCount;
  bounds.push(0);
  counts.push(count);
  for (let place = 0; place <= positive.length && positive.length > 0; place += 1) {
    count += positive[place - 1] ?? 0;
    addPower(boundaryOf(layout.positive.start + place, scale));
  }
  return { bounds, counts };

  /** Beyond the powers of two that numbers have are infinity and 0, which have their buckets. */
  function addPower(bound: number): void {
    if (!Number.isFinite(bound) || bound === 0) return;
    bounds.push(bound);
    counts.push(count);
  }
}

/** The most buckets above 0, and below 0, that a series is given. Numbers that are 2^64 apart are rarely of one kind. */
const MOST_BUCKETS = 64;

/** Buckets of a scale from `start` to before `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The buckets of a series, of a scale of 0 or below. */
interface Layout {
  readonly scale: number;
  readonly positive: Range;
  readonly negative: Range;
}

const EMPTY: Range = { start: 0, end: 0 };

/** What the series of a metric have needed so far, at scale 0; by metric. */
const layouts = new WeakMap<object, Layout>();

/** The layout of all series of the metric, which is widened if need be; that of the point where it is too wide to share. */
function sharedLayout(point: ExponentialHistogram, metric: object): Layout {
  const own = layoutOf(point);
  const shared = layouts.get(metric) ?? { scale: 0, positive: EMPTY, negative: EMPTY };
  const both: Layout = {
    scale: 0,
    positive: union(shared.positive, own.positive),
    negative: union(shared.negative, own.negative),
  };
  if (own.scale < 0 || isTooWide(both)) return own;
  layouts.set(metric, both);
  return both;
}

function layoutOf(point: ExponentialHistogram): Layout {
  const scale = Math.min(0, point.scale);
  const by = point.scale - scale;
  let layout: Layout = {
    scale,
    positive: coarser(rangeOf(point.positive), by),
    negative: coarser(rangeOf(point.negative), by),
  };
  while (isTooWide(layout)) {
    const { positive, negative } = layout;
    layout = { scale: layout.scale - 1, positive: coarser(positive, 1), negative: coarser(negative, 1) };
  }
  return layout;
}

/** From the first bucket with a count to the last. */
function rangeOf({ offset, bucketCounts }: ExponentialHistogram['positive']): Range {
  const first = bucketCounts.findIndex((count) => count > 0);
  if (first < 0) return EMPTY;
  return { start: offset + first, end: offset + bucketCounts.findLastIndex((count) => count > 0) + 1 };
}

/** The same range so many scales down. */
function coarser({ start, end }: Range, by: number): Range {
  return start === end ? EMPTY : { start: start >> by, end: ((end - 1) >> by) + 1 };
}

function union(one: Range, other: Range): Range {
  if (one.start === one.end) return other;
  if (other.start === other.end) return one;
  return { start: Math.min(one.start, other.start), end: Math.max(one.end, other.end) };
}

function isTooWide({ positive, negative }: Layout): boolean {
  return positive.end - positive.start > MOST_BUCKETS || negative.end - negative.start > MOST_BUCKETS;
}

/** The counts in a range of a scale that is not above the buckets' own. */
function merge(
  { offset, bucketCounts }: ExponentialHistogram['positive'],
  from: number,
  { start, end }: Range,
  to: number,
): number[] {
  const merged = Array.from({ length: end - start }, () => 0);
  for (const [position, count] of bucketCounts.entries()) {
    const place = ((offset + position) >> (from - to)) - start;
    if (count > 0) merged[place] = (merged[place] ?? 0) + count;
  }
  return merged;
}

/** Where a bucket begins: an exact power of two. */
function boundaryOf(index: number, scale: number): number {
  return 2 ** (index * 2 ** -scale);
}
