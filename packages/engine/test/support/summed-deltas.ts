import type { ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';

/** The value of a data point, of any aggregation. */
export type PointValue = number | Histogram | ExponentialHistogram;

/**
 * Checks that deltas of one series come to its cumulative value: sums and counts added up, the extremes of the extremes.
 *
 * @param tolerance how far sums may be apart
 */
export function assertComeTo(deltas: readonly PointValue[], cumulative: PointValue, tolerance: number): void {
  if (typeof cumulative === 'number') {
    assertClose(total(deltas as readonly number[]), cumulative, tolerance);
    return;
  }
  const histograms = deltas as readonly (Histogram | ExponentialHistogram)[];
  assert.equal(total(histograms.map(({ count }) => count)), cumulative.count);
  assertClose(total(histograms.map(({ sum = 0 }) => sum)), cumulative.sum ?? 0, tolerance);
  assert.equal(Math.min(...histograms.map(({ min = Infinity }) => min)), cumulative.min ?? Infinity);
  assert.equal(Math.max(...histograms.map(({ max = -Infinity }) => max)), cumulative.max ?? -Infinity);
  if ('buckets' in cumulative) {
    const counts = cumulative.buckets.counts.map((_, bucket) =>
      total((deltas as readonly Histogram[]).map(({ buckets }) => buckets.counts[bucket] ?? 0)),
    );
    assert.deepEqual(counts, cumulative.buckets.counts);
  } else {
    assertBucketsComeTo(deltas as readonly ExponentialHistogram[], cumulative);
  }
}

function assertBucketsComeTo(deltas: readonly ExponentialHistogram[], cumulative: ExponentialHistogram): void {
  assert.equal(total(deltas.map(({ zeroCount }) => zeroCount)), cumulative.zeroCount);
  for (const side of ['positive', 'negative'] as const) {
    const counts = new Map<number, number>();
    for (const delta of deltas) countInto(counts, delta[side], delta.scale - cumulative.scale);
    const expected = new Map<number, number>();
    countInto(expected, cumulative[side], 0);
    assert.deepEqual(counts, expected, side);
  }
}

/** Adds the counts of a range at a scale that is lower by as many steps. */
function countInto(
  counts: Map<number, number>,
  { offset, bucketCounts }: ExponentialHistogram['positive'],
  steps: number,
): void {
  for (const [position, count] of bucketCounts.entries()) {
    if (count === 0) continue;
    assert.ok(steps >= 0, 'a delta is coarser than all of them together');
    const index = (offset + position) >> steps;
    counts.set(index, (counts.get(index) ?? 0) + count);
  }
}

function assertClose(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}, give or take ${tolerance}`);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
