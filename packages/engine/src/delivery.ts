import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { PeriodicExportingMetricReader, type IMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { returnUndelivered } from './undelivered.ts';

/** sdk-metrics tells nobody what became of an export, but its reader's exporter is within reach. */
interface ReaderWithExporter {
  _exporter?: PushMetricExporter;
}

/**
 * Has what a stock periodic reader could not export given back to it. Where the reader is another one, or has become
 * another one, this does nothing, and whoever exports can call {@link returnUndelivered} itself.
 */
export function watchDeliveries(reader: IMetricReader): void {
  if (!(reader instanceof PeriodicExportingMetricReader)) return;
  const holder = reader as unknown as ReaderWithExporter;
  const exporter = holder._exporter;
  if (typeof exporter?.export !== 'function') return;
  holder._exporter = new Proxy(exporter, {
    get(target, property) {
      if (property === 'export') return exportWatched.bind(undefined, target);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function exportWatched(
  exporter: PushMetricExporter,
  ...[metrics, done]: Parameters<PushMetricExporter['export']>
): void {
  try {
    exporter.export(metrics, (result: ExportResult) => {
      if (result.code !== ExportResultCode.SUCCESS) returnUndelivered(metrics);
      done(result);
    });
  } catch (error) {
    returnUndelivered(metrics);
    throw error;
  }
}
