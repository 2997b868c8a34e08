/** What all have in common that are OpenTelemetry: all but the provider and the reader that is scraped. */
import type { MeterProvider } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type IMetricReader,
  type MeterProviderOptions,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BOUNDARIES, type Contender, COUNTER, HELP, HISTOGRAM, type Plan } from './contender.ts';

/** @param scraped the reader of the endpoint */
export function connect(
  provide: (options: MeterProviderOptions) => MeterProvider,
  scraped: IMetricReader,
  answer: Contender['answer'],
  { exports, cardinalityLimit }: Plan,
): Contender {
  const pushing = new PeriodicExportingMetricReader({
    exporter,
    // It pushes when it is told to.
    exportIntervalMillis: 2 ** 30,
    exportTimeoutMillis: 2 ** 29,
  });
  const provider = provide({
    readers: exports === 2 ? [scraped, pushing] : [scraped],
    // The reader of exporter-prometheus has no limit of its own to set.
    views: [{ instrumentName: '*', aggregationCardinalityLimit: cardinalityLimit }],
  });
  const meter = provider.getMeter('bench');
  const counter = meter.createCounter(COUNTER.instrument, { description: HELP });
  const histogram = meter.createHistogram(HISTOGRAM.instrument, {
    description: HELP,
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  return {
    count: (value, attributes) => counter.add(value, attributes),
    observe: (value, attributes) => histogram.record(value, attributes),
    answer,
    push: () => pushing.forceFlush(),
  };
}

const exporter: PushMetricExporter = {
  export: (_metrics, done) => done({ code: 0 }),
  selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
  forceFlush: async () => {},
  shutdown: async () => {},
};
