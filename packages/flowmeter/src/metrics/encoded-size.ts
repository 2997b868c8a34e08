import type { DataPoint, ExponentialHistogram, Histogram, MetricData } from '@opentelemetry/sdk-metrics';

/** What the parts of a message take, in bytes, without their text. */
export interface EncodedSizes {
  readonly metric: number;
  readonly point: number;
  readonly attribute: number;
  /** A number in a list, as those of a histogram. */
  readonly number: number;
}

export const PROTOBUF_SIZES: EncodedSizes = { metric: 40, point: 34, attribute: 12, number: 8 };
export const JSON_SIZES: EncodedSizes = { metric: 160, point: 130, attribute: 40, number: 9 };

/** What a histogram has besides its lists: count, sum, and so on, with their names in JSON. */
const HISTOGRAM_NUMBERS = 16;

/**
 * What a data point takes, about: a cheap look before the encoding, which is exact for plain text in attributes and too small for
 * text that takes several bytes a letter. Who encodes looks again.
 */
export function estimatedSizeOf({ attributes, value }: DataPoint<unknown>, sizes: EncodedSizes): number {
  let bytes = sizes.point;
  for (const key in attributes) bytes += sizes.attribute + key.length + lengthOf(attributes[key], sizes);
  if (typeof value === 'object') {
    bytes += sizes.number * (HISTOGRAM_NUMBERS + numbersIn(value as Histogram | ExponentialHistogram));
  }
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

function numbersIn(value: Histogram | ExponentialHistogram): number {
  if ('buckets' in value) return value.buckets.counts.length + value.buckets.boundaries.length;
  return value.positive.bucketCounts.length + value.negative.bucketCounts.length;
}
