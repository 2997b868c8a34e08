import { DataPointType } from '@flowmeter/engine';
import type { DataPoint, ExponentialHistogram, Histogram, MetricData } from '@opentelemetry/sdk-metrics';

/** From the lowest scale that there is to the highest (specification, SDK, "Base2 Exponential Bucket Histogram Aggregation"). */
const [LOWEST_SCALE, HIGHEST_SCALE] = [-10, 20];

/** Bucket numbers have 32 bits (data model, "ExponentialHistogram"). */
const MOST_OFFSET = 2 ** 31 - 1;

/**
 * The points of a metric that say what a point of their type can say. Those of a meter provider all do; those of others may
 * have counts that do not belong to their buckets, for which Prometheus would refuse the whole scrape.
 */
export function wholePoints(data: MetricData): MetricData {
  const dataPoints = data.dataPoints.filter((point) => isWholePoint(data.dataPointType, point));
  return dataPoints.length === data.dataPoints.length ? data : withPoints(data, dataPoints);
}

/** The same metric with fewer points. */
export function withPoints(data: MetricData, dataPoints: readonly DataPoint<unknown>[]): MetricData {
  return { ...data, dataPoints: dataPoints as never };
}

function isWholePoint(type: DataPointType, point: DataPoint<unknown>): boolean {
  try {
    return isWholeValue(type, point.value);
  } catch {
    // A part of it is missing.
    return false;
  }
}

function isWholeValue(type: DataPointType, value: unknown): boolean {
  switch (type) {
    case DataPointType.HISTOGRAM:
      return isHistogram(value as Histogram);
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return isExponential(value as ExponentialHistogram);
    default:
      return typeof value === 'number';
  }
}

function isHistogram({ buckets: { boundaries, counts }, sum }: Histogram): boolean {
  const areBounds = boundaries.every(
    (bound, position) => Number.isFinite(bound) && (position === 0 || bound > (boundaries[position - 1] ?? NaN)),
  );
  return areBounds && counts.length === boundaries.length + 1 && counts.every(isCount) && isSum(sum);
}

function isExponential({ count, sum, scale, zeroCount, positive, negative }: ExponentialHistogram): boolean {
  const sides = [positive, negative];
  const isPlaced = sides.every(
    ({ offset, bucketCounts }) => Number.isInteger(offset) && Math.abs(offset) + bucketCounts.length <= MOST_OFFSET,
  );
  const counts = [zeroCount, ...sides.flatMap(({ bucketCounts }) => bucketCounts)];
  const isScale = Number.isInteger(scale) && scale >= LOWEST_SCALE && scale <= HIGHEST_SCALE;
  const isWhole = counts.every(isCount) && counts.reduce((total, each) => total + each, 0) === count;
  return isScale && isPlaced && isWhole && isSum(sum);
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0;
}

function isSum(sum: number | undefined): boolean {
  return sum === undefined || typeof sum === 'number';
}
