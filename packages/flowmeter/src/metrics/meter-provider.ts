import { instrumentSets, views } from '@flowmeter/instruments';
import type { Resource } from '@opentelemetry/resources';
import {
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type IMetricReader,
  type PushMetricExporter,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import type { Configuration } from '../configuration/configuration.ts';

/**
 * The meter provider over its readers, with the views of all sets. This is the seam for another implementation: readers and
 * views are sdk-metrics' own, and nothing else knows which provider aggregates.
 */
export function createMeterProvider(
  configuration: Configuration,
  resource: Resource,
  readers: IMetricReader[],
): MeterProvider {
  return new MeterProvider({ resource, readers, views: viewsFor(configuration) });
}

/** A reader that pushes through the exporter at the configured interval. */
export function createPushReader(configuration: Configuration, exporter: PushMetricExporter): IMetricReader {
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: configuration.exportIntervalMs,
    exportTimeoutMillis: configuration.exportTimeoutMs,
  });
}

/**
 * The exporter of `OTEL_METRICS_EXPORTER=console`.
 *
 * @param onPush called before each push
 */
export function createConsoleExporter(onPush: () => void): PushMetricExporter {
  const exporter = new ConsoleMetricExporter();
  const print = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => {
    onPush();
    print(metrics, done);
  };
  return exporter;
}

/**
 * With exponential histograms asked for, histograms get no view: sdk-metrics prefers a view's aggregation, even its default one, to
 * what a reader asks for. Their boundaries reach the endpoint all the same, as the instruments' advice.
 */
function viewsFor({ otlp }: Configuration): ViewOptions[] {
  const all = instrumentSets.flatMap((set) => views(set));
  if (otlp.histogramAggregation === 'explicit_bucket_histogram') return all;
  return all.filter((view) => view.aggregation === undefined);
}
