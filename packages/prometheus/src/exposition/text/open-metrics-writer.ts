import { hrTimeToMilliseconds, DataPointType, type Exemplar, type SeriesMetric } from '@flowmeter/engine';
import type { EncodedLabels } from '../../labels/encoded-labels.ts';
import { exemplarLabels } from '../../labels/exemplar-labels.ts';
import { latestIn } from '../latest-exemplar.ts';
import type { Naming } from '../../names/naming.ts';
import type { Family } from '../family.ts';
import type { Output } from '../output.ts';
import type { ExpositionFormat, SeriesWriter } from '../series-writer.ts';
import { writeNumber } from '../write-number.ts';
import { canonicalFloat } from './canonical-float.ts';
import { escapeQuoted, nameInMetadata, writeLabels } from './escaped-text.ts';
import { HistogramLines, type EndBucket } from './histogram-lines.ts';
import { SampleLine } from './sample-line.ts';
import { textFormat } from './text-writer.ts';

const NEWLINE = 0x0a;

/**
 * OpenMetrics 1.0 as text:
 *
 *     # TYPE requests counter
 *     # HELP requests Requests that were answered
 *     requests_total{route="/"} 7 # {trace_id="…",span_id="…"} 1 1700000000.123
 *     requests_created{route="/"} 1700000000
 *     # EOF
 */
class OpenMetricsWriter implements SeriesWriter {
  readonly #output: Output;
  readonly #naming: Naming;
  readonly #hasCreated: boolean;
  #type: Family['type'] = 'gauge';
  #sample = new SampleLine('');
  #created = new SampleLine('');
  #histogram: HistogramLines | undefined;
  readonly #endPlainBucket = (): void => this.#endLine(undefined);

  constructor(output: Output, naming: Naming, hasCreated: boolean) {
    this.#output = output;
    this.#naming = naming;
    this.#hasCreated = hasCreated;
  }

  begin(ofMetrics: Family): void {
    const { family, sample, type, help, unit } = ofMetrics;
    const name = nameInMetadata(family);
    this.#output.text(`# TYPE ${name} ${type}\n`);
    if (unit !== undefined) this.#output.text(`# UNIT ${name} ${unit}\n`);
    if (help !== '') this.#output.text(`# HELP ${name} ${escapeQuoted(help)}\n`);
    this.#type = type;
    this.#sample = new SampleLine(sample);
    this.#created = new SampleLine(`${family}_created`);
    this.#histogram = type === 'histogram' ? new HistogramLines(this.#output, ofMetrics, canonicalFloat) : undefined;
  }

  write(metric: SeriesMetric, row: number, labels: EncodedLabels): void {
    const exemplars = this.#type === 'gauge' ? undefined : metric.exemplarsOf(row);
    if (metric.dataPointType === DataPointType.SUM || metric.dataPointType === DataPointType.GAUGE) {
      this.#sample.begin(this.#output, labels);
      writeNumber(this.#output, metric.valueOf(row));
      this.#endLine(exemplars === undefined ? undefined : latestIn(exemplars, -Infinity, Infinity));
      if (this.#type === 'counter') this.#writeCreated(metric, row, labels);
      return;
    }
    const endBucket: EndBucket =
      exemplars === undefined
        ? this.#endPlainBucket
        : (bucket, bounds) =>
            this.#endLine(latestIn(exemplars, bounds[bucket - 1] ?? -Infinity, bounds[bucket] ?? Infinity));
    this.#histogram?.write(metric, row, labels, endBucket, true);
    this.#writeCreated(metric, row, labels);
  }

  end(): void {
    // Every line is complete in itself.
  }

  finish(): void {
    this.#output.text('# EOF\n');
  }

  #writeCreated(metric: SeriesMetric, row: number, labels: EncodedLabels): void {
    if (!this.#hasCreated) return;
    this.#created.begin(this.#output, labels);
    writeNumber(this.#output, metric.startTimeOf(row) / 1000);
    this.#endLine(undefined);
  }

  #endLine(exemplar: Exemplar | undefined): void {
    if (exemplar !== undefined) this.#output.text(this.#inWords(exemplar));
    this.#output.reserve(1);
    this.#output.bytes[this.#output.at] = NEWLINE;
    this.#output.at += 1;
  }

  #inWords(exemplar: Exemplar): string {
    const labels = exemplarLabels(exemplar, this.#naming);
    const seconds = hrTimeToMilliseconds(exemplar.timestamp) / 1000;
    return ` # {${writeLabels(labels)}} ${exemplar.value} ${seconds}`;
  }
}

export const openMetricsFormat: ExpositionFormat = {
  ...textFormat,
  createWriter: (output, naming, _warn, { createdSeries }) => new OpenMetricsWriter(output, naming, createdSeries),
};
