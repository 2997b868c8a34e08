import { collectNow, type CollectedNow } from '@flowmeter/engine';
import {
  PeriodicExportingMetricReader,
  type MetricProducer,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { Configuration } from '../configuration/configuration.ts';

/** A reader that pushes through an exporter at the configured interval, and can be read when nothing can be waited for. */
export class PushReader extends PeriodicExportingMetricReader {
  #producer: MetricProducer | undefined;

  constructor({ exportIntervalMs, exportTimeoutMs }: Configuration, exporter: PushMetricExporter) {
    super({ exporter, exportIntervalMillis: exportIntervalMs, exportTimeoutMillis: exportTimeoutMs });
  }

  override setMetricProducer(producer: MetricProducer): void {
    this.#producer = producer;
    super.setMetricProducer(producer);
  }

  /** What there is now; `undefined` with sdk-metrics' own engine, which can only be waited for. */
  collectNow(): CollectedNow | undefined {
    return this.#producer === undefined ? undefined : collectNow(this.#producer);
  }
}
