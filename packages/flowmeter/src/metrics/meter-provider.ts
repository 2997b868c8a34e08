import { MeterProvider as EngineMeterProvider } from '@flowmeter/engine';
import { instrumentSets, views } from '@flowmeter/instruments';
import type { MeterProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { IMetricReader, PushMetricExporter, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { Configuration } from '../configuration/configuration.ts';
import { loadSdkMetrics } from '../open-telemetry-on-demand.ts';

/** What both engines are to the rest of this package. */
export interface MetricsProvider extends MeterProvider {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * The meter provider over its readers, with the views of all sets. Readers and views are sdk-metrics' own, whichever engine
 * aggregates; nothing else knows which one that is.
 */
export function createMeterProvider(
  configuration: Configuration,
  resource: () => Resource,
  readers: IMetricReader[],
): MetricsProvider {
  const options = { readers, views: viewsFor(configuration) };
  if (configuration.engine === 'sdk') {
    const { MeterProvider: SdkMeterProvider } = loadSdkMetrics();
    return new SdkMeterProvider({ ...options, resource: resource() });
  }
  return new EngineMeterProvider({ ...options, resource, exemplarFilter: configuration.exemplarFilter });
}

/**
 * The exporter of `OTEL_METRICS_EXPORTER=console`.
 *
 * @param onPush called before each push
 */
export function createConsoleExporter(onPush: () => void): PushMetricExporter {
  const exporter = new (loadSdkMetrics().ConsoleMetricExporter)();
  const print = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => {
    onPush();
    print(metrics, done);
  };
  return exporter;
}

/**
 * With exponential histograms asked for, the views of histograms leave the aggregation to the readers: boundaries reach those
 * that ask for nothing all the same, as the instruments' advice. For sdk-metrics a view that does so asks for the default
 * aggregation; there histograms get no view at all.
 */
function viewsFor({ engine, otlp, prometheus }: Configuration): ViewOptions[] {
  const all = instrumentSets.flatMap((set) => views(set));
  const asked = engine === 'sdk' ? [otlp] : [otlp, prometheus];
  if (asked.every(({ histogramAggregation }) => histogramAggregation === 'explicit_bucket_histogram')) return all;
  if (engine === 'sdk') return all.filter((view) => view.aggregation === undefined);
  return all.map((view) => {
    const { aggregation: _, ...rest } = view;
    return rest;
  });
}
