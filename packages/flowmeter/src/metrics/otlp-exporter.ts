import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import {
  AggregationType,
  InstrumentType,
  type AggregationOption,
  type AggregationTemporality,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { OtlpConfiguration, OtlpProtocol } from '../configuration/otlp-configuration.ts';
import { withVariables } from '../with-variables.ts';
import { temporalityOf } from './temporality.ts';

const GRPC_EXPORTER = '@opentelemetry/exporter-metrics-otlp-grpc';

/** The package that speaks the protocol and is not installed; only gRPC's may be missing. */
export function missingPackage(protocol: OtlpProtocol): string | undefined {
  if (protocol !== 'grpc') return undefined;
  try {
    import.meta.resolve(GRPC_EXPORTER);
    return undefined;
  } catch {
    return GRPC_EXPORTER;
  }
}

/**
 * OpenTelemetry's OTLP exporter for the configured protocol, loaded with the first export: an application that starts
 * pays for it after its own start.
 */
export class OtlpExporter implements PushMetricExporter {
  readonly #otlp: OtlpConfiguration;
  #timeoutMs: number;
  #exporter: Promise<PushMetricExporter> | undefined;

  constructor(otlp: OtlpConfiguration) {
    this.#otlp = otlp;
    this.#timeoutMs = otlp.timeoutMs;
  }

  /** Makes the exports that begin while `push` is under way give up within the limit: the process is about to end. */
  async hurry(limitMs: number, push: () => Promise<void>): Promise<void> {
    const { timeoutMs } = this.#otlp;
    if (limitMs >= timeoutMs) return push();
    this.#setTimeout(limitMs);
    await push();
    this.#setTimeout(timeoutMs);
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#exporter ??= this.#load();
    this.#exporter.then(
      (exporter) => this.#exportThrough(exporter, metrics, done),
      (error: unknown) => {
        this.#exporter = undefined;
        done({ code: ExportResultCode.FAILED, error: toError(error) });
      },
    );
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return temporalityOf(this.#otlp.temporality, instrument);
  }

  selectAggregation(instrument: InstrumentType): AggregationOption {
    const exponential = this.#otlp.histogramAggregation === 'base2_exponential_bucket_histogram';
    if (exponential && instrument === InstrumentType.HISTOGRAM) return { type: AggregationType.EXPONENTIAL_HISTOGRAM };
    return { type: AggregationType.DEFAULT };
  }

  async forceFlush(): Promise<void> {
    await (await this.#loaded())?.forceFlush();
  }

  async shutdown(): Promise<void> {
    await (await this.#loaded())?.shutdown();
  }

  /** An exporter that cannot be loaded has been reported by the export that wanted it. */
  #loaded(): Promise<PushMetricExporter | undefined> {
    return this.#exporter?.catch(() => undefined) ?? Promise.resolve(undefined);
  }

  #setTimeout(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#exporter = undefined;
  }

  #exportThrough(exporter: PushMetricExporter, metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const send = (): void => exporter.export(metrics, done);
    // The gRPC exporter reads its certificates only when it connects.
    if (this.#otlp.protocol === 'grpc') this.#withOwnVariables(send);
    else send();
  }

  async #load(): Promise<PushMetricExporter> {
    const { protocol, url } = this.#otlp;
    const timeoutMillis = this.#timeoutMs;
    if (protocol === 'grpc') {
      const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-grpc');
      return this.#withOwnVariables(() => new OTLPMetricExporter({ url, timeoutMillis }));
    }
    const { OTLPMetricExporter } = await (protocol === 'http/json'
      ? import('@opentelemetry/exporter-metrics-otlp-http')
      : import('@opentelemetry/exporter-metrics-otlp-proto'));
    return this.#withOwnVariables(() => new OTLPMetricExporter({ url, timeoutMillis }));
  }

  #withOwnVariables<Result>(make: () => Result): Result {
    return withVariables('OTEL_EXPORTER_OTLP_', this.#otlp.variables, make);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
