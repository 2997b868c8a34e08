import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';

/** The schemas that Prometheus knows with exponential buckets. */
export const LOWEST_SCHEMA = -4;
export const HIGHEST_SCHEMA = 8;

/** One range, positive or negative, of a native histogram. */
export interface NativeBuckets {
  /** Runs of buckets: of the first, the index; of the others, how many buckets are left out before; and their number. */
  readonly spans: readonly (readonly [offset: number, length: number])[];
  /** For each bucket of the spans, how many more it counts than the one before. */
  readonly deltas: readonly number[];
}

/** So many empty buckets are cheaper to have than to leave out: a span costs as much. */
const LONGEST_GAP = 2;

/**
 * The buckets of a range as native histograms have them, so many scales down (specification, compatibility, "Exponential
 * Histograms").
 *
 *     index (upper boundary)    4   5  6   7  8  9
 *     counts                   10   0  0   0  5  2
 *     spans               4 × 1              3 × 2
 *     deltas                   10            -5 -3
 *
 * Exponential histograms number a bucket by its lower boundary, native ones by its upper one.
 */
export function nativeBucketsOf(
  { offset, bucketCounts }: ExponentialHistogram['positive'],
  scalesDown: number,
): NativeBuckets {
  const spans: [offset: number, length: number][] = [];
  const deltas: number[] = [];
  let end = 0;
  let before = 0;
  let position = 0;
  while (position < bucketCounts.length) {
    const index = (offset + position) >> scalesDown;
    let count = 0;
    for (; position < bucketCounts.length && (offset + position) >> scalesDown === index; position += 1) {
      count += bucketCounts[position] as number;
    }
    if (count > 0) append(index + 1, count);
  }
  return { spans, deltas };

  function append(index: number, count: number): void {
    const span = spans.at(-1);
    const gap = index - end;
    if (span === undefined || gap > LONGEST_GAP) {
      spans.push([gap, 1]);
    } else {
      for (let empty = 0; empty < gap; empty += 1) {
        deltas.push(0 - before);
        before = 0;
      }
      span[1] += gap + 1;
    }
    deltas.push(count - before);
    before = count;
    end = index + 1;
  }
}
