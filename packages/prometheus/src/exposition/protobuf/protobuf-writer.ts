import {
  DataPointType,
  type ExponentialHistogramSeries,
  type HistogramSeries,
  type NumberSeries,
  type SeriesMetric,
} from '@flowmeter/engine';
import { FIRST_BUCKET } from '../../collection/histogram-cells.ts';
import { appendBytes, type EncodedLabels } from '../../labels/encoded-labels.ts';
import type { Naming } from '../../names/naming.ts';
import { classicBucketsOf } from '../classic-buckets.ts';
import type { Family } from '../family.ts';
import { latestIn } from '../latest-exemplar.ts';
import type { Output } from '../output.ts';
import type { SeriesWriter } from '../series-writer.ts';
import { exemplarBytes, toExemplarMessage, writeExemplar } from './exemplar-message.ts';
import { toHistogramMessage, writeHistogram, type HistogramValues } from './histogram-message.ts';
import { LOWEST_SCHEMA } from './native-buckets.ts';
import { toNativeHistogram } from './native-histogram.ts';
import { COUNTER, GAUGE, METRIC, METRIC_FAMILY, METRIC_TYPE } from './schema.ts';
import { TIMESTAMP_BYTES, writeTimestampMs } from './timestamp.ts';
import {
  closeMessage,
  openMessage,
  PADDED_BYTES,
  patchLength,
  writeDoubleField,
  writeTextField,
  writeVarintField,
} from './wire.ts';

/** Tag and length of a metric and of its value, and the value of a counter or gauge. */
const VALUE_BYTES = 32;

/**
 * Writes each family as one message. Its length comes first and is known last: room is left for it, and it is filled in at
 * the end, however long the family has become.
 */
export class ProtobufWriter implements SeriesWriter {
  readonly #output: Output;
  readonly #naming: Naming;
  readonly #warn: (message: string) => void;
  #family: Family | undefined;
  #prefix: { readonly bytes: Uint8Array; readonly at: number; readonly contentStart: number } | undefined;
  /** Whether the family's exponential histograms are written as native ones. */
  #isNative = false;
  #cells = new Float64Array(0);

  constructor(output: Output, naming: Naming, warn: (message: string) => void) {
    this.#output = output;
    this.#naming = naming;
    this.#warn = warn;
  }

  begin(family: Family): void {
    this.#family = family;
    this.#prefix = undefined;
    // Prometheus takes a family for native or classic by its first metric: in a mixed one all have to be classic.
    this.#isNative = family.metrics.every(({ dataPointType }) => dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM);
  }

  write(metric: SeriesMetric, row: number, labels: EncodedLabels): void {
    switch (metric.dataPointType) {
      case DataPointType.HISTOGRAM:
        return this.#writeHistogram(labels, this.#explicitValues(metric, row));
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        return this.#writeExponential(metric, row, labels);
      default:
        return this.#family?.type === 'counter'
          ? this.#writeCounter(metric, row, labels)
          : this.#writeGauge(metric, row, labels);
    }
  }

  end(): void {
    if (this.#prefix === undefined) return;
    const { bytes, at, contentStart } = this.#prefix;
    patchLength(bytes, at, this.#output.length - contentStart);
  }

  finish(): void {
    // Messages end where their length says.
  }

  #writeGauge(metric: NumberSeries, row: number, labels: EncodedLabels): void {
    const expected = labels.length + 11;
    const start = this.#openMetric(labels, expected, VALUE_BYTES);
    const value = openMessage(this.#output, METRIC.gauge);
    writeDoubleField(this.#output, GAUGE.value, metric.valueOf(row));
    closeMessage(this.#output, value);
    closeMessage(this.#output, start, expected);
  }

  #writeCounter(metric: NumberSeries, row: number, labels: EncodedLabels): void {
    const latest = latestIn(metric.exemplarsOf(row) ?? [], -Infinity, Infinity);
    const exemplar = latest === undefined ? undefined : toExemplarMessage(latest, this.#naming);
    const expected = labels.length + 25;
    const most = VALUE_BYTES + TIMESTAMP_BYTES + (exemplar === undefined ? 0 : exemplarBytes(exemplar));
    const start = this.#openMetric(labels, expected, most);
    const value = openMessage(this.#output, METRIC.counter);
    writeDoubleField(this.#output, COUNTER.value, metric.valueOf(row));
    if (exemplar !== undefined) writeExemplar(this.#output, COUNTER.exemplar, exemplar);
    writeTimestampMs(this.#output, COUNTER.createdTimestamp, metric.startTimeOf(row));
    closeMessage(this.#output, value);
    closeMessage(this.#output, start, expected);
  }

  #writeExponential(metric: ExponentialHistogramSeries, row: number, labels: EncodedLabels): void {
    const point = metric.pointOf(row);
    if (point.sum === undefined) return this.#drop(metric, 'no sum');
    if (point.scale < LOWEST_SCHEMA) return this.#drop(metric, 'a scale below -4');
    this.#writeHistogram(labels, {
      ...classicBucketsOf(point, this.#family?.identity ?? metric.descriptor),
      firstCount: 0,
      count: point.count,
      sum: point.sum,
      startMs: metric.startTimeOf(row),
      native: this.#isNative ? toNativeHistogram(point) : undefined,
      exemplars: metric.exemplarsOf(row),
    });
  }

  #explicitValues(metric: HistogramSeries, row: number): HistogramValues {
    const { boundaries } = metric;
    const end = FIRST_BUCKET + boundaries.length + 1;
    if (this.#cells.length < end) this.#cells = new Float64Array(end);
    const cells = this.#cells;
    metric.copy(row, cells);
    let count = 0;
    for (let at = FIRST_BUCKET; at < end; at += 1) {
      count += cells[at] as number;
      cells[at] = count;
    }
    return {
      startMs: metric.startTimeOf(row),
      sum: metric.hasSum ? cells[0] : undefined,
      count,
      bounds: boundaries,
      counts: cells,
      firstCount: FIRST_BUCKET,
      native: undefined,
      exemplars: metric.exemplarsOf(row),
    };
  }

  #writeHistogram(labels: EncodedLabels, values: HistogramValues): void {
    const message = toHistogramMessage(values, this.#naming);
    // A bucket with an ordinary count and no exemplar has 13 bytes.
    const expectedValue = 27 + 13 * values.bounds.length;
    const expected = labels.length + expectedValue + 3;
    const start = this.#openMetric(labels, expected, VALUE_BYTES + message.mostBytes);
    writeHistogram(this.#output, message, expectedValue);
    closeMessage(this.#output, start, expected);
  }

  /** Begins a metric, all in one piece, and before the first one the family. Its value has so many bytes at most. */
  #openMetric(labels: EncodedLabels, expected: number, valueBytes: number): number {
    if (this.#prefix === undefined) this.#openFamily();
    this.#output.reserve(labels.length + valueBytes);
    const start = openMessage(this.#output, METRIC_FAMILY.metric, expected);
    appendBytes(this.#output, labels);
    return start;
  }

  #openFamily(): void {
    if (this.#family === undefined) throw new Error('a series was written before any family was begun');
    const { family, help, type, unit } = this.#family;
    const output = this.#output;
    output.reserve(PADDED_BYTES);
    const { bytes, at } = output;
    output.at += PADDED_BYTES;
    this.#prefix = { bytes, at, contentStart: output.length };
    writeTextField(output, METRIC_FAMILY.name, family);
    if (help !== '') writeTextField(output, METRIC_FAMILY.help, help);
    output.reserve(2);
    writeVarintField(output, METRIC_FAMILY.type, METRIC_TYPE[type]);
    if (unit !== undefined) writeTextField(output, METRIC_FAMILY.unit, unit);
  }

  #drop({ descriptor }: SeriesMetric, why: string): void {
    this.#warn(
      `${descriptor.name} has exponential histograms with ${why}, which Prometheus has no form for: they are left out`,
    );
  }
}
