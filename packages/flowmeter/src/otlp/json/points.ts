import type { DataPointWithExemplars, Exemplar } from '@flowmeter/engine';
import type { ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';
import { isInt64 } from '../number-kind.ts';
import { jsonAttributes } from './attributes.ts';
import { jsonDouble, jsonInt64, jsonList, jsonUnixNano } from './values.ts';

/** A NumberDataPoint. */
export function jsonNumberPoint(point: DataPointWithExemplars<number>, ofIntegers: boolean): string {
  return `{${number(point.value, ofIntegers)}${rest(point, ofIntegers)}}`;
}

/**
 * A HistogramDataPoint.
 *
 * @param bounds its boundaries, as a list
 */
export function jsonHistogramPoint(
  point: DataPointWithExemplars<Histogram>,
  bounds: string,
  ofIntegers: boolean,
): string {
  const { count, buckets } = point.value;
  const counts = jsonList(buckets.counts, jsonInt64);
  const fields = `"count":${jsonInt64(count)}${extent(point.value)},"bucketCounts":${counts},"explicitBounds":${bounds}`;
  return `{${fields}${rest(point, ofIntegers)}}`;
}

/** An ExponentialHistogramDataPoint. */
export function jsonExponentialPoint(point: DataPointWithExemplars<ExponentialHistogram>, ofIntegers: boolean): string {
  const { count, scale, zeroCount, positive, negative } = point.value;
  let fields = `"count":${jsonInt64(count)}${extent(point.value)},"scale":${scale},"zeroCount":${jsonInt64(zeroCount)}`;
  fields += `,"positive":${jsonBuckets(positive)},"negative":${jsonBuckets(negative)}`;
  return `{${fields}${rest(point, ofIntegers)}}`;
}

function number(value: number, ofIntegers: boolean): string {
  return ofIntegers && isInt64(value) ? `"asInt":${jsonInt64(value)}` : `"asDouble":${jsonDouble(value)}`;
}

/** Sum and extremes, those that there are. */
function extent({ sum, min, max }: Histogram | ExponentialHistogram): string {
  let fields = '';
  if (sum !== undefined) fields += `,"sum":${jsonDouble(sum)}`;
  if (min !== undefined) fields += `,"min":${jsonDouble(min)}`;
  if (max !== undefined) fields += `,"max":${jsonDouble(max)}`;
  return fields;
}

function jsonBuckets({ offset, bucketCounts }: ExponentialHistogram['positive']): string {
  return `{"offset":${offset},"bucketCounts":${jsonList(bucketCounts, jsonInt64)}}`;
}

/** What all kinds of data points have behind their value. */
function rest(point: DataPointWithExemplars<unknown>, ofIntegers: boolean): string {
  const { attributes, startTime, endTime, exemplars } = point;
  let fields = `,"startTimeUnixNano":${jsonUnixNano(startTime)},"timeUnixNano":${jsonUnixNano(endTime)}`;
  fields += `,"attributes":${jsonAttributes(attributes)}`;
  if (exemplars === undefined) return fields;
  return `${fields},"exemplars":${jsonList(exemplars, (each) => jsonExemplar(each, ofIntegers))}`;
}

function jsonExemplar(exemplar: Exemplar, ofIntegers: boolean): string {
  const { value, timestamp, spanId, traceId, filteredAttributes } = exemplar;
  let fields = `${number(value, ofIntegers)},"timeUnixNano":${jsonUnixNano(timestamp)}`;
  // OTLP has these two in hexadecimal digits, where ProtoJSON has base64.
  if (spanId !== undefined) fields += `,"spanId":"${spanId}"`;
  if (traceId !== undefined) fields += `,"traceId":"${traceId}"`;
  return `{${fields},"filteredAttributes":${jsonAttributes(filteredAttributes)}}`;
}
