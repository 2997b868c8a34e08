import type { DataPointWithExemplars } from '@flowmeter/engine';
import type { ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';
import type { GrowingBytes } from '../growing-bytes.ts';
import { isInt64 } from '../number-kind.ts';
import { writeAttributes } from './attributes.ts';
import { writeExemplars } from './exemplars.ts';
import { BUCKETS, EXPONENTIAL_POINT, HISTOGRAM_POINT, NUMBER_POINT, TIMES } from './schema.ts';
import { writeUnixNanoField } from './unix-nano.ts';
import {
  closeMessage,
  openMessage,
  writeDouble,
  writeDoubleField,
  writeFixed64,
  writeFixed64Field,
  writeVarint,
  writeZigzagField,
  type Tag,
} from './wire.ts';

/** The fields of a NumberDataPoint. */
export function writeNumberPoint(
  output: GrowingBytes,
  point: DataPointWithExemplars<number>,
  ofIntegers: boolean,
): void {
  const { attributes, value, exemplars } = point;
  writeTimes(output, point);
  if (ofIntegers && isInt64(value)) writeFixed64Field(output, NUMBER_POINT.asInt, value);
  else writeDoubleField(output, NUMBER_POINT.asDouble, value);
  writeAttributes(output, NUMBER_POINT.attributes, attributes);
  if (exemplars !== undefined) writeExemplars(output, NUMBER_POINT.exemplars, exemplars, ofIntegers);
}

/** The fields of a HistogramDataPoint. */
export function writeHistogramPoint(
  output: GrowingBytes,
  point: DataPointWithExemplars<Histogram>,
  ofIntegers: boolean,
): void {
  const { attributes, value, exemplars } = point;
  const { counts, boundaries } = value.buckets;
  writeTimes(output, point);
  writeFixed64Field(output, HISTOGRAM_POINT.count, value.count);
  if (value.sum !== undefined) writeDoubleField(output, HISTOGRAM_POINT.sum, value.sum);
  if (counts.length > 0) {
    const start = openMessage(output, HISTOGRAM_POINT.bucketCounts, 8 * counts.length);
    for (const count of counts) writeFixed64(output, count);
    closeMessage(output, start, 8 * counts.length);
  }
  if (boundaries.length > 0) {
    const start = openMessage(output, HISTOGRAM_POINT.explicitBounds, 8 * boundaries.length);
    for (const boundary of boundaries) writeDouble(output, boundary);
    closeMessage(output, start, 8 * boundaries.length);
  }
  if (value.min !== undefined) writeDoubleField(output, HISTOGRAM_POINT.min, value.min);
  if (value.max !== undefined) writeDoubleField(output, HISTOGRAM_POINT.max, value.max);
  writeAttributes(output, HISTOGRAM_POINT.attributes, attributes);
  if (exemplars !== undefined) writeExemplars(output, HISTOGRAM_POINT.exemplars, exemplars, ofIntegers);
}

/** The fields of an ExponentialHistogramDataPoint. */
export function writeExponentialPoint(
  output: GrowingBytes,
  point: DataPointWithExemplars<ExponentialHistogram>,
  ofIntegers: boolean,
): void {
  const { attributes, value, exemplars } = point;
  writeTimes(output, point);
  writeFixed64Field(output, EXPONENTIAL_POINT.count, value.count);
  if (value.sum !== undefined) writeDoubleField(output, EXPONENTIAL_POINT.sum, value.sum);
  writeZigzagField(output, EXPONENTIAL_POINT.scale, value.scale);
  writeFixed64Field(output, EXPONENTIAL_POINT.zeroCount, value.zeroCount);
  writeBuckets(output, EXPONENTIAL_POINT.positive, value.positive);
  writeBuckets(output, EXPONENTIAL_POINT.negative, value.negative);
  if (value.min !== undefined) writeDoubleField(output, EXPONENTIAL_POINT.min, value.min);
  if (value.max !== undefined) writeDoubleField(output, EXPONENTIAL_POINT.max, value.max);
  writeAttributes(output, EXPONENTIAL_POINT.attributes, attributes);
  if (exemplars !== undefined) writeExemplars(output, EXPONENTIAL_POINT.exemplars, exemplars, ofIntegers);
}

function writeTimes(output: GrowingBytes, { startTime, endTime }: DataPointWithExemplars<unknown>): void {
  writeUnixNanoField(output, TIMES.startTimeUnixNano, startTime);
  writeUnixNanoField(output, TIMES.timeUnixNano, endTime);
}

function writeBuckets(
  output: GrowingBytes,
  tag: Tag,
  { offset, bucketCounts }: ExponentialHistogram['positive'],
): void {
  const start = openMessage(output, tag, bucketCounts.length);
  writeZigzagField(output, BUCKETS.offset, offset);
  if (bucketCounts.length > 0) {
    const counts = openMessage(output, BUCKETS.bucketCounts, bucketCounts.length);
    for (const count of bucketCounts) writeVarint(output, count);
    closeMessage(output, counts, bucketCounts.length);
  }
  closeMessage(output, start, bucketCounts.length);
}
