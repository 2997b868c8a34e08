import { MeterProvider } from '@flowmeter/engine';
import { PrometheusReader, type PrometheusReaderOptions, type Rendition } from '@flowmeter/prometheus';
import type { MeterProvider as MeterProviderInterface } from '@opentelemetry/api';
import type { MeterProviderOptions } from '@opentelemetry/sdk-metrics';
import { negotiate } from '../../src/negotiation/accept.ts';

/** A provider that a Prometheus reader reads, and the text that it gives. */
export interface Reading {
  readonly provider: MeterProviderInterface;
  readonly reader: PrometheusReader;
  /** The body for an `Accept` header; text 0.0.4 without one. */
  text(accept?: string): Promise<string>;
  /** The lines of samples, without `target_info`, sorted. */
  samples(accept?: string): Promise<readonly string[]>;
}

/** Makes a provider; scope labels are off unless asked for. */
export function reading(
  options: PrometheusReaderOptions = {},
  providerOptions: MeterProviderOptions = {},
  Provider: new (options: MeterProviderOptions) => MeterProviderInterface = MeterProvider,
): Reading {
  const reader = new PrometheusReader({ scopeInfoEnabled: false, ...options });
  const provider = new Provider({ ...providerOptions, readers: [reader] });
  const text = async (accept?: string): Promise<string> => {
    const rendition: Rendition = negotiate(accept);
    const body = await reader.render({ rendition, names: undefined, timeoutMs: undefined });
    return Buffer.concat(body).toString();
  };
  return {
    provider,
    reader,
    text,
    async samples(accept) {
      const lines = (await text(accept)).split('\n');
      return lines.filter((line) => /^[^#]/.test(line) && !line.startsWith('target_info')).toSorted();
    },
  };
}

/** Without the time that collections take, which a reader tells that has a provider for its own metrics. */
export function withoutDurations(samples: readonly string[]): readonly string[] {
  return samples.filter((line) => !line.startsWith('otel_sdk_metric_reader_collection_duration_seconds_'));
}
