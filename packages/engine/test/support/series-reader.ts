import { collectSeries, type SeriesCollection, type SeriesCollectOptions, type SeriesMetric } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import { DataPointType, type MetricProducer } from '@opentelemetry/sdk-metrics';
import { ManualReader } from './manual-reader.ts';

/** A series as it was at the moment of reading. */
export interface ReadSeries {
  readonly name: string;
  readonly attributes: Attributes;
  readonly startMs: number;
  readonly value: unknown;
}

/** A reader that reads the series itself. */
export class SeriesReader extends ManualReader {
  #producer: MetricProducer | undefined;

  override setMetricProducer(producer: MetricProducer): void {
    super.setMetricProducer(producer);
    this.#producer = producer;
  }

  async collectSeries(options?: SeriesCollectOptions): Promise<SeriesCollection> {
    const collection = this.#producer === undefined ? undefined : await collectSeries(this.#producer, options);
    if (collection === undefined) throw new Error('the reader has no producer of this engine');
    return collection;
  }
}

/** Reads all series of the scope `test`, as a renderer does. */
export function readSeries({ metrics }: SeriesCollection): readonly ReadSeries[] {
  return metrics.filter(({ scope }) => scope.name === 'test').flatMap(readMetric);
}

function readMetric(metric: SeriesMetric): readonly ReadSeries[] {
  const series: ReadSeries[] = [];
  metric.settle(0, metric.rowCount);
  for (let row = 0; row < metric.rowCount; row += 1) {
    if (!metric.isShown(row)) continue;
    const value = valueOf(metric, row);
    const attributes = metric.attributesOf(row);
    series.push({ name: metric.descriptor.name, attributes, startMs: metric.startTimeOf(row), value });
  }
  return series;
}

function valueOf(metric: SeriesMetric, row: number): unknown {
  switch (metric.dataPointType) {
    case DataPointType.HISTOGRAM: {
      const cells = new Float64Array(3 + metric.boundaries.length + 1);
      metric.copy(row, cells);
      return [...cells];
    }
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return metric.pointOf(row);
    default:
      return metric.valueOf(row);
  }
}
