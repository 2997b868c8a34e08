/** A provider with all that a push goes through, but for the process around it. */
import { MeterProvider } from '@flowmeter/engine';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpConfiguration, TemporalityPreference } from '../../src/configuration/otlp-configuration.ts';
import { OtlpExporter } from '../../src/metrics/otlp-exporter.ts';
import { OutageReporter } from '../../src/metrics/outage-reporter.ts';
import type { PushClock } from '../../src/metrics/push-clock.ts';
import { PushReader } from '../../src/metrics/push-reader.ts';

/** Long waits are over at once, so that a day of back-off is nothing to wait for. */
function createHastyClock(): PushClock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    async wait(ms) {
      nowMs += ms;
    },
  };
}

/** A configuration without anything special, for an endpoint without a path. */
export function otlpTo(url: string): OtlpConfiguration {
  return {
    protocol: 'http/protobuf',
    url: `${url}/v1/metrics`,
    timeoutMs: 60_000,
    temporality: 'cumulative',
    histogramAggregation: 'explicit_bucket_histogram',
    headers: {},
    compression: 'none',
    certificate: undefined,
    clientCertificate: undefined,
    clientKey: undefined,
  };
}

/** How it pushes. */
export interface Pushing {
  readonly url: string;
  readonly temporality: TemporalityPreference;
  /** A minute if not given; so long a push may take, too. */
  readonly intervalMs?: number;
  /** Called with what is pushed. */
  readonly onPush?: (metrics: ResourceMetrics) => void;
}

/** Creates one that says nothing. */
export function createPushingProvider({ url, temporality, intervalMs = 60_000, onPush }: Pushing): MeterProvider {
  const otlp = { ...otlpTo(url), timeoutMs: 0.9 * intervalMs, temporality };
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const exporter = new OtlpExporter(otlp, createHastyClock());
  const send = exporter.export.bind(exporter);
  exporter.export = (metrics, done) => {
    onPush?.(metrics);
    send(metrics, done);
  };
  const reporter = new OutageReporter(exporter, intervalMs, url, quiet, () => {});
  const times = { exportIntervalMs: intervalMs, exportTimeoutMs: intervalMs };
  return new MeterProvider({ readers: [new PushReader(times, reporter)] });
}
