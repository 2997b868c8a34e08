import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import type { Output } from '../output.ts';
import { HIGHEST_SCHEMA, nativeBucketsOf, type NativeBuckets } from './native-buckets.ts';
import { BUCKET_SPAN, HISTOGRAM } from './schema.ts';
import {
  closeMessage,
  openMessage,
  writeDoubleField,
  writeVarint,
  writeVarintField,
  writeZigzag,
  type Tag,
} from './wire.ts';

/** How far from 0 values are that count as 0, where nothing else is known (specification, compatibility). */
const ZERO_THRESHOLD = 1e-128;

/** What a message of a histogram has for those who take native ones. */
export interface NativeHistogram {
  readonly schema: number;
  readonly zeroCount: number;
  readonly positive: NativeBuckets;
  readonly negative: NativeBuckets;
}

/** A finer histogram than Prometheus knows comes down to the finest that it does. Its scale is at least the lowest schema. */
export function toNativeHistogram({ scale, zeroCount, positive, negative }: ExponentialHistogram): NativeHistogram {
  const schema = Math.min(scale, HIGHEST_SCHEMA);
  return {
    schema,
    zeroCount,
    positive: nativeBucketsOf(positive, scale - schema),
    negative: nativeBucketsOf(negative, scale - schema),
  };
}

/** As many bytes as the fields take at most. */
export function nativeHistogramBytes({ positive, negative }: NativeHistogram): number {
  const spans = positive.spans.length + negative.spans.length + 1;
  const deltas = positive.deltas.length + negative.deltas.length;
  return 64 + spans * 16 + deltas * 10;
}

/** The fields of the message of a histogram. */
export function writeNativeHistogram(output: Output, { schema, zeroCount, positive, negative }: NativeHistogram): void {
  writeVarint(output, HISTOGRAM.schema);
  writeZigzag(output, schema);
  writeDoubleField(output, HISTOGRAM.zeroThreshold, ZERO_THRESHOLD);
  writeVarintField(output, HISTOGRAM.zeroCount, zeroCount);
  writeBuckets(output, negative, HISTOGRAM.negativeSpan, HISTOGRAM.negativeDelta);
  writeBuckets(output, positive, HISTOGRAM.positiveSpan, HISTOGRAM.positiveDelta);
  // Without any, an empty histogram might be taken for a classic one.
  const isEmpty = zeroCount === 0 && negative.spans.length === 0 && positive.spans.length === 0;
  if (isEmpty) writeSpan(output, HISTOGRAM.positiveSpan, 0, 0);
}

function writeBuckets(output: Output, { spans, deltas }: NativeBuckets, spanTag: Tag, deltaTag: Tag): void {
  if (deltas.length === 0) return;
  for (const [offset, length] of spans) writeSpan(output, spanTag, offset, length);
  const start = openMessage(output, deltaTag, deltas.length);
  for (const delta of deltas) writeZigzag(output, delta);
  closeMessage(output, start, deltas.length);
}

function writeSpan(output: Output, tag: Tag, offset: number, length: number): void {
  const start = openMessage(output, tag);
  writeVarint(output, BUCKET_SPAN.offset);
  writeZigzag(output, offset);
  writeVarintField(output, BUCKET_SPAN.length, length);
  closeMessage(output, start);
}
