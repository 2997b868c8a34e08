import type { DataPoint, ExponentialHistogram, Histogram, MetricData } from '@opentelemetry/sdk-metrics';

/** What the parts of a message take, in bytes, without their text. */
export interface EncodedSizes {
  readonly metric: number;
  readonly point: number;
  readonly attribute: number;
  /** Count, sum, and so on, beside the point. */
  readonly histogram: number;
  /** A count or a boundary of a histogram with boundaries, and a count of an exponential one. */
  readonly number: number;
  readonly exponentialCount: number;
}

export const PROTOBUF_SIZES: EncodedSizes = {
  metric: 40,
  point: 34,
  attribute: 12,
  histogram: 50,
  number: 8,
  exponentialCount: 3,
};

export const JSON_SIZES: EncodedSizes = {
  metric: 160,
  point: 130,
  attribute: 40,
  histogram: 130,
  number: 6,
  exponentialCount: 6,
};

/**
 * What a data point takes, about: a cheap look before the encoding, which is never far too large, and too small for
 * text that takes several bytes a letter. Who encodes looks again.
 */
export function estimatedSizeOf({ attributes, value }: DataPoint<unknown>, sizes: EncodedSizes): number {
  let bytes = sizes.point;
  for (const key in attributes) bytes += sizes.attribute + key.length + lengthOf(attributes[key], sizes);
  if (typeof value === 'object') bytes += sizeOfHistogram(value as Histogram | ExponentialHistogram, sizes);
  return bytes;
}

/** What a metric takes without its data points, about. */
export function estimatedSizeOfMetric({ descriptor }: MetricData, sizes: EncodedSizes): number {
  const { name, description, unit } = descriptor;
  return sizes.metric + name.length + description.length + unit.length;
}

function lengthOf(value: unknown, sizes: EncodedSizes): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return sizes.number;
  return value.reduce<number>((sum, each) => sum + sizes.attribute + lengthOf(each, sizes), 0);
}

function sizeOfHistogram(value: Histogram | ExponentialHistogram, sizes: EncodedSizes): number {
  if ('buckets' in value) {
    const { counts, boundaries } = value.buckets;
    return sizes.histogram + sizes.number * (counts.length + boundaries.length);
  }
  const { positive, negative } = value;
  return sizes.histogram + sizes.exponentialCount * (positive.bucketCounts.length + negative.bucketCounts.length);
}
