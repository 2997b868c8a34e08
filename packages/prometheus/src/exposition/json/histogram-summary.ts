import { DataPointType, type ExponentialHistogramSeries, type HistogramSeries } from '@flowmeter/engine';
import { FIRST_BUCKET } from '../../collection/histogram-cells.ts';
import { classicBucketsOf } from '../classic-buckets.ts';

/** What a series of a histogram of either kind comes to. */
export interface HistogramSummary {
  readonly count: number;
  readonly sum: number | undefined;
  /** Missing where there are no values. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly exponential: { readonly scale: number; readonly zeroCount: number } | undefined;
  /** Upper bounds of all buckets but the last. */
  readonly bounds: ArrayLike<number>;
  /** How many values are not above each of the bounds. */
  readonly counts: readonly number[];
}

/** @param family the `identity` of its family */
export function toHistogramSummary(
  metric: HistogramSeries | ExponentialHistogramSeries,
  row: number,
  family: object,
): HistogramSummary {
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
    const point = metric.pointOf(row);
    const { count, sum, min, max, scale, zeroCount } = point;
    return { count, sum, min, max, exponential: { scale, zeroCount }, ...classicBucketsOf(point, family) };
  }
  const { boundaries: bounds, hasSum } = metric;
  const cells = new Float64Array(FIRST_BUCKET + bounds.length + 1);
  metric.copy(row, cells);
  const [sum, min, max] = cells;
  let count = 0;
  const counts = Array.from(cells.subarray(FIRST_BUCKET), (inBucket) => (count += inBucket));
  return {
    count,
    sum: hasSum ? sum : undefined,
    min: known(min),
    max: known(max),
    exponential: undefined,
    bounds,
    counts,
  };
}

/** Of no values, the smallest is infinite. */
function known(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
