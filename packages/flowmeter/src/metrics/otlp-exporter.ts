import type { ExportResult } from '@opentelemetry/core';
import { ExportResultCode, AggregationType, InstrumentType, type AggregationTemporality } from '@flowmeter/engine';
import type { AggregationOption, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpConfiguration, OtlpProtocol } from '../configuration/otlp-configuration.ts';
import { encodePairs } from '../configuration/settings.ts';
import { reasonOf } from '../reason-of.ts';
import { withVariables } from '../with-variables.ts';
import type { OtlpHttpExporter } from './otlp-http-exporter.ts';
import { PUSH_CLOCK, type PushClock } from './push-clock.ts';
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

/** An exporter that can be told to come to an end, as gRPC's cannot. */
type Exporter = PushMetricExporter & Partial<Pick<OtlpHttpExporter, 'hurry' | 'abandon'>>;

/**
 * The exporter for the configured protocol, loaded with the first export: an application that starts pays for it after
 * its own start.
 */
export class OtlpExporter implements PushMetricExporter {
  readonly #otlp: OtlpConfiguration;
  readonly #clock: PushClock;
  /** By when exports have to end. */
  #until = Infinity;
  #exporter: Promise<Exporter> | undefined;
  #abandon: (reason: Error) => void = () => {};

  constructor(otlp: OtlpConfiguration, clock: PushClock = PUSH_CLOCK) {
    this.#otlp = otlp;
    this.#clock = clock;
  }

  /** Has the export under way and those of `push` end within the limit. */
  async hurry(limitMs: number, push: () => Promise<void>): Promise<void> {
    const until = this.#clock.now() + limitMs;
    await this.#endBy(until);
    await push();
    if (this.#until === until) await this.#endBy(Infinity);
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    let abandoned: Error | undefined;
    this.#abandon = (reason) => void (abandoned ??= reason);
    this.#exporter ??= this.#load();
    this.#exporter.then(
      (exporter) => {
        if (abandoned !== undefined) return done({ code: ExportResultCode.FAILED, error: abandoned });
        this.#abandon = (reason) => exporter.abandon?.(reason);
        this.#exportThrough(exporter, metrics, done);
      },
      (error: unknown) => {
        this.#exporter = undefined;
        done({ code: ExportResultCode.FAILED, error: toError(error) });
      },
    );
  }

  /** Ends the export under way, which fails with the reason. One over gRPC goes on until its own time-out. */
  abandon(reason: Error): void {
    this.#abandon(reason);
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
  #loaded(): Promise<Exporter | undefined> {
    return this.#exporter?.catch(() => undefined) ?? Promise.resolve(undefined);
  }

  async #endBy(until: number): Promise<void> {
    this.#until = until;
    const exporter = await this.#loaded();
    if (exporter?.hurry === undefined) this.#exporter = undefined;
    else exporter.hurry(until);
  }

  async #load(): Promise<Exporter> {
    if (this.#otlp.protocol === 'grpc') {
      const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-grpc');
      const leftMs = Math.max(1, this.#until - this.#clock.now());
      const timeoutMillis = Math.min(this.#otlp.timeoutMs, leftMs);
      return this.#withVariables(() => new OTLPMetricExporter({ url: this.#otlp.url, timeoutMillis }));
    }
    const { OtlpHttpExporter: Exporter } = await import('./otlp-http-exporter.ts');
    const exporter = new Exporter(this.#otlp, this.#clock);
    exporter.hurry(this.#until);
    return exporter;
  }

  #exportThrough(exporter: Exporter, metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const send = (): void => exporter.export(metrics, done);
    if (this.#otlp.protocol === 'grpc') this.#withVariables(send);
    else send();
  }

  /** The gRPC exporter takes headers, compression and certificates from the environment only, and some when it connects. */
  #withVariables<Result>(make: () => Result): Result {
    const { headers, compression, certificate, clientCertificate, clientKey } = this.#otlp;
    const variables = {
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: encodePairs(headers),
      OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: compression,
      OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE: certificate,
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE: clientCertificate,
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: clientKey,
    };
    return withVariables('OTEL_EXPORTER_OTLP_', variables, make);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(reasonOf(error));
}
