import {
  collectSeries,
  MeterProvider,
  type EngineMeter,
  type MeterProviderOptions,
  type SeriesMetric,
} from '@flowmeter/engine';
import { AggregationType, InstrumentType, MetricReader, type MetricProducer } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';

/** When everything is made and recorded, until the test turns the clock. */
export const START_MS = 1_700_000_000_123;

/** A reader of cumulative values that collects when asked. */
class SeriesReader extends MetricReader {
  #producer: MetricProducer | undefined;

  override setMetricProducer(producer: MetricProducer): void {
    super.setMetricProducer(producer);
    this.#producer = producer;
  }

  async series(): Promise<readonly SeriesMetric[]> {
    assert.ok(this.#producer);
    const { metrics } = (await collectSeries(this.#producer)) ?? { metrics: [] };
    return metrics.filter(({ scope }) => scope.name === 'test');
  }

  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** An engine whose series are read. */
export interface SeriesEngine {
  readonly meter: EngineMeter;
  readonly clock: { nowMs: number };
  /** All metrics of the meter, with all rows settled. */
  series(): Promise<readonly SeriesMetric[]>;
  /** The one metric of the meter. */
  only(): Promise<SeriesMetric>;
}

/** @param maxSize makes all histograms exponential, with so many buckets */
export function createSeriesEngine(maxSize?: number, options: MeterProviderOptions = {}): SeriesEngine {
  const clock = { nowMs: START_MS };
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: maxSize ?? 160 } } as const;
  const views = maxSize === undefined ? [] : [{ instrumentType: InstrumentType.HISTOGRAM, aggregation }];
  const reader = new SeriesReader();
  const provider = new MeterProvider({ views, ...options, readers: [reader], now: () => clock.nowMs });
  const series = async (): Promise<readonly SeriesMetric[]> => {
    const metrics = await reader.series();
    for (const metric of metrics) metric.settle(0, metric.rowCount);
    return metrics;
  };
  const only = async (): Promise<SeriesMetric> => {
    const [metric, ...others] = await series();
    assert.ok(metric !== undefined && others.length === 0);
    return metric;
  };
  return { meter: provider.getMeter('test'), clock, series, only };
}
