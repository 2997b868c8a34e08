import { DataPointType, type SeriesMetric } from '@flowmeter/engine';
import type { EncodedLabels } from '../../labels/encoded-labels.ts';
import type { Family } from '../family.ts';
import type { Output } from '../output.ts';
import type { ExpositionFormat, SeriesWriter } from '../series-writer.ts';
import { writeNumber } from '../write-number.ts';
import { escapeHelp, nameInMetadata, writeLabels } from './escaped-text.ts';
import { HistogramLines } from './histogram-lines.ts';
import { SampleLine } from './sample-line.ts';

const NEWLINE = 0x0a;

/**
 * Prometheus' text format, 0.0.4 and 1.0.0, which differ in the names that there may be (Prometheus, "Exposition
 * Formats").
 *
 *     # HELP requests_total Requests that were answered
 *     # TYPE requests_total counter
 *     requests_total{route="/"} 7
 */
class TextWriter implements SeriesWriter {
  readonly #output: Output;
  readonly #endLine: () => void;
  #sample = new SampleLine('');
  #histogram: HistogramLines | undefined;

  constructor(output: Output) {
    this.#output = output;
    this.#endLine = () => {
      output.bytes[output.at] = NEWLINE;
      output.at += 1;
    };
  }

  begin(ofMetrics: Family): void {
    const { family, sample, type, help } = ofMetrics;
    const name = nameInMetadata(family);
    if (help !== '') this.#output.text(`# HELP ${name} ${escapeHelp(help)}\n`);
    this.#output.text(`# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`);
    this.#sample = new SampleLine(sample);
    this.#histogram = type === 'histogram' ? new HistogramLines(this.#output, ofMetrics, String) : undefined;
  }

  write(metric: SeriesMetric, row: number, labels: EncodedLabels): void {
    if (metric.dataPointType === DataPointType.SUM || metric.dataPointType === DataPointType.GAUGE) {
      this.#sample.begin(this.#output, labels);
      writeNumber(this.#output, metric.valueOf(row));
      this.#endLine();
    } else {
      this.#histogram?.write(metric, row, labels, this.#endLine, false);
    }
  }

  end(): void {
    // Every line is complete in itself.
  }

  finish(): void {
    // The text ends where its lines end.
  }
}

export const textFormat: ExpositionFormat = {
  encodeLabels: (labels) => new TextEncoder().encode(writeLabels(labels)),
  reservedLabels: new Set(['le', 'quantile']),
  createWriter: (output) => new TextWriter(output),
};
