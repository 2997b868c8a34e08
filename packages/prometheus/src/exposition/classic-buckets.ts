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
 * and negative, from the lowest to the highest that a series of the family has needed so far:
 *
 *     scale  1   (1, √2]  (√2, 2]  (2, 2√2]  (2√2, 4]
 *     bounds    1                 2                  4
 *
 * Every scale from 0 on merges into them without loss, and no bound that was there goes away. There is an end to it: values
 * beyond as many bounds as an ordinary point can need are counted, but in no bucket of their own. A series whose scale has
 * fallen below 0 has each second, fourth, … of the bounds only: nothing more is known of it.
 *
 * Upper bounds are inclusive above 0. Below 0 a value that is a power of two itself is counted one bucket too high:
 * exponential buckets go by magnitude.
 *
 * @param family what all points of a family have in common, in all bodies: its `identity`
 */
export function classicBucketsOf(point: ExponentialHistogram, family: object): ClassicBuckets {
  const shared = shareClassicBuckets(point, family);
  const scale = Math.min(0, point.scale);
  const by = point.scale - scale;
  const negative = place(point.negative, by, rangeAt(scale, shared.negative, coarser(rangeOf(point.negative), by)));
  const positive = place(point.positive, by, rangeAt(scale, shared.positive, coarser(rangeOf(point.positive), by)));
  const bounds: number[] = [];
  const counts: number[] = [];
  // From the largest magnitude below 0 to the largest above.
  let count = negative.above;
  for (let bucket = negative.counts.length; bucket >= 0 && negative.counts.length > 0; bucket -= 1) {
    count += negative.counts[bucket] ?? 0;
    addPower(-boundaryOf(negative.start + bucket, scale));
  }
  count += negative.below + point.zeroCount;
  bounds.push(0);
  counts.push(count);
  count += positive.below;
  for (let bucket = 0; bucket <= positive.counts.length && positive.counts.length > 0; bucket += 1) {
    count += positive.counts[bucket - 1] ?? 0;
    addPower(boundaryOf(positive.start + bucket, scale));
  }
  return { bounds, counts };

  /** Beyond the powers of two that numbers have are infinity and 0, which have their buckets. */
  function addPower(bound: number): void {
    if (!Number.isFinite(bound) || bound === 0) return;
    bounds.push(bound);
    counts.push(count);
  }
}

/**
 * Has all points of a family show the bounds that this one needs. To be called for all of them before the first is written,
 * or the first ones of a body lack bounds that the last ones have.
 */
export function shareClassicBuckets(point: ExponentialHistogram, family: object): SharedRanges {
  const shared = ranges.get(family) ?? { positive: EMPTY, negative: EMPTY };
  if (point.scale < 0) return shared;
  const positive = widen(shared.positive, coarser(rangeOf(point.positive), point.scale));
  const negative = widen(shared.negative, coarser(rangeOf(point.negative), point.scale));
  if (positive === shared.positive && negative === shared.negative) return shared;
  const widened = { positive, negative };
  ranges.set(family, widened);
  return widened;
}

/** As many buckets above 0, and below, as a point has at most unless a view says otherwise. */
const MOST_BUCKETS = 160;

/** Buckets of a scale from `start` to before `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Buckets of scale 0. */
interface SharedRanges {
  readonly positive: Range;
  readonly negative: Range;
}

type Buckets = ExponentialHistogram['positive'];

const EMPTY: Range = { start: 0, end: 0 };

/** What the series of a family have needed so far; by family. */
const ranges = new WeakMap<object, SharedRanges>();

/** From the first bucket with a count to the last. */
function rangeOf({ offset, bucketCounts }: Buckets): Range {
  const first = bucketCounts.findIndex((count) => count > 0);
  if (first < 0) return EMPTY;
  return { start: offset + first, end: offset + bucketCounts.findLastIndex((count) => count > 0) + 1 };
}

/** The same range so many scales down. */
function coarser({ start, end }: Range, by: number): Range {
  return start === end ? EMPTY : { start: start >> by, end: ((end - 1) >> by) + 1 };
}

/** A range with as much of another one as there is room for: upwards first, since what is large is looked at more often. */
function widen(range: Range, needed: Range): Range {
  if (needed.start === needed.end) return range;
  const { start, end } = range.start === range.end ? { start: needed.end, end: needed.end } : range;
  const widerEnd = Math.max(end, Math.min(needed.end, start + MOST_BUCKETS));
  const widerStart = Math.min(start, Math.max(needed.start, widerEnd - MOST_BUCKETS));
  return widerStart === range.start && widerEnd === range.end ? range : { start: widerStart, end: widerEnd };
}

/** The buckets that a point shows, of a scale of 0 or below, which those that it has are of. */
function rangeAt(scale: number, shared: Range, own: Range): Range {
  return scale === 0 ? shared : union(coarser(shared, -scale), own);
}

function union(one: Range, other: Range): Range {
  if (one.start === one.end) return other;
  if (other.start === other.end) return one;
  return { start: Math.min(one.start, other.start), end: Math.max(one.end, other.end) };
}

/** Counts in a range of buckets, and what is outside: nearer to 0, and farther away. */
interface Placed {
  readonly start: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

/** @param by how many scales the range is below the buckets */
function place({ offset, bucketCounts }: Buckets, by: number, { start, end }: Range): Placed {
  const counts = Array.from({ length: end - start }, () => 0);
  let [below, above] = [0, 0];
  for (let position = 0; position < bucketCounts.length; position += 1) {
    const count = bucketCounts[position] as number;
    const bucket = ((offset + position) >> by) - start;
    if (bucket < 0) below += count;
    else if (bucket >= counts.length) above += count;
    else counts[bucket] = (counts[bucket] as number) + count;
  }
  return { start, counts, below, above };
}

/** Where a bucket begins: an exact power of two. */
function boundaryOf(index: number, scale: number): number {
  return 2 ** (index * 2 ** -scale);
}
