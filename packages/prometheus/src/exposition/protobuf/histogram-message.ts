import type { Exemplar } from '@flowmeter/engine';
import type { Naming } from '../../names/naming.ts';
import { latestIn } from '../latest-exemplar.ts';
import type { Output } from '../output.ts';
import { exemplarBytes, toExemplarMessage, writeExemplar, type ExemplarMessage } from './exemplar-message.ts';
import { nativeHistogramBytes, writeNativeHistogram, type NativeHistogram } from './native-histogram.ts';
import { BUCKET, HISTOGRAM, METRIC } from './schema.ts';
import { TIMESTAMP_BYTES, writeTimestampMs } from './timestamp.ts';
import { closeMessage, openMessage, writeDoubleField, writeVarintField } from './wire.ts';

/** What a histogram of either kind has. */
export interface HistogramValues {
  readonly startMs: number;
  /** Without one, Prometheus reads 0. */
  readonly sum: number | undefined;
  readonly count: number;
  /** Upper bounds of all buckets but the last. */
  readonly bounds: ArrayLike<number>;
  /** How many values are not above each bound; from `firstCount` on. */
  readonly counts: ArrayLike<number>;
  readonly firstCount: number;
  readonly native: NativeHistogram | undefined;
  readonly exemplars: readonly Exemplar[] | undefined;
}

/** A histogram that is about to be written, and how long it can be. */
export interface HistogramMessage {
  readonly values: HistogramValues;
  /** In the order of their times. */
  readonly exemplars: readonly ExemplarMessage[];
  readonly mostBytes: number;
}

/** As many bytes as a bucket takes at most, without its exemplar. */
const BUCKET_BYTES = 6 + 11 + 9;

export function toHistogramMessage(values: HistogramValues, naming: Naming): HistogramMessage {
  const { bounds, native } = values;
  const exemplars = toExemplarMessages(values.exemplars, naming);
  let mostBytes = 32 + TIMESTAMP_BYTES + (bounds.length + 1) * BUCKET_BYTES;
  if (native !== undefined) mostBytes += nativeHistogramBytes(native);
  // Once in its bucket, and once in the list of a native histogram.
  for (const exemplar of exemplars) mostBytes += 2 * exemplarBytes(exemplar);
  return { values, exemplars, mostBytes };
}

/** The value of a metric, a whole field. */
export function writeHistogram(output: Output, { values, exemplars }: HistogramMessage, expected: number): void {
  const { startMs, sum, count, native } = values;
  const start = openMessage(output, METRIC.histogram, expected);
  writeVarintField(output, HISTOGRAM.sampleCount, count);
  if (sum !== undefined) writeDoubleField(output, HISTOGRAM.sampleSum, sum);
  writeBuckets(output, values, exemplars);
  if (native !== undefined) writeNativeHistogram(output, native);
  writeTimestampMs(output, HISTOGRAM.createdTimestamp, startMs);
  if (native !== undefined) for (const exemplar of exemplars) writeExemplar(output, HISTOGRAM.exemplars, exemplar);
  closeMessage(output, start, expected);
}

/** The last bucket is known from the count, and only written where it has an exemplar. */
function writeBuckets(output: Output, values: HistogramValues, exemplars: readonly ExemplarMessage[]): void {
  const { bounds, counts, firstCount } = values;
  for (let bucket = 0; bucket < bounds.length; bucket += 1) {
    const count = counts[firstCount + bucket] as number;
    writeBucket(output, bounds[bucket] as number, count, exemplarIn(bucket, bounds, exemplars));
  }
  const last = exemplarIn(bounds.length, bounds, exemplars);
  if (last !== undefined) writeBucket(output, Infinity, values.count, last);
}

function writeBucket(output: Output, upperBound: number, count: number, exemplar: ExemplarMessage | undefined): void {
  const start = openMessage(output, HISTOGRAM.bucket);
  writeVarintField(output, BUCKET.cumulativeCount, count);
  writeDoubleField(output, BUCKET.upperBound, upperBound);
  if (exemplar !== undefined) writeExemplar(output, BUCKET.exemplar, exemplar);
  closeMessage(output, start);
}

function exemplarIn(
  bucket: number,
  bounds: ArrayLike<number>,
  messages: readonly ExemplarMessage[],
): ExemplarMessage | undefined {
  if (messages.length === 0) return undefined;
  const exemplars = messages.map(({ exemplar }) => exemplar);
  const latest = latestIn(exemplars, bounds[bucket - 1] ?? -Infinity, bounds[bucket] ?? Infinity);
  return messages.find(({ exemplar }) => exemplar === latest);
}

function toExemplarMessages(exemplars: readonly Exemplar[] | undefined, naming: Naming): readonly ExemplarMessage[] {
  if (exemplars === undefined) return NONE;
  return exemplars
    .map((exemplar) => toExemplarMessage(exemplar, naming))
    .toSorted(({ exemplar: { timestamp: a } }, { exemplar: { timestamp: b } }) => a[0] - b[0] || a[1] - b[1]);
}

const NONE: readonly ExemplarMessage[] = [];
