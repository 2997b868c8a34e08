/** A provider with all that a push goes through, but for the process around it. */
import { MeterProvider } from '@flowmeter/engine';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type {
  OtlpConfiguration,
  OtlpProtocol,
  TemporalityPreference,
} from '../../src/configuration/otlp-configuration.ts';
import { OtlpExporter } from '../../src/metrics/otlp-exporter.ts';
import { OutageReporter } from '../../src/metrics/outage-reporter.ts';
import type { PushClock } from '../../src/metrics/push-clock.ts';
import { PushReader } from '../../src/metrics/push-reader.ts';
import { RequestLimit } from '../../src/metrics/request-limit.ts';

/** Long waits are over at once, so that a day of back-off is nothing to wait for. */
function createHastyClock(): PushClock & { wait(ms: number): Promise<void> } {
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
  readonly protocol?: OtlpProtocol;
  /** A minute if not given; so long a push may take, too. */
  readonly intervalMs?: number;
  /** How large a request may be. */
  readonly requestBytes?: number;
  /** Called with what is pushed. */
  readonly onPush?: (metrics: ResourceMetrics) => void;
}

/** Creates one that says nothing. Each push is an interval after the one before it, for what counts the time of pushes. */
export function createPushingProvider(pushing: Pushing): MeterProvider {
  const { url, temporality, protocol = 'http/protobuf', intervalMs = 60_000, requestBytes, onPush } = pushing;
  const otlp = { ...otlpTo(url), timeoutMs: 0.9 * intervalMs, temporality, protocol };
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const clock = createHastyClock();
  const exporter = new OtlpExporter(otlp, new RequestLimit(requestBytes), clock);
  const push = exporter.push.bind(exporter);
  exporter.push = async (tally) => {
    await clock.wait(intervalMs);
    onPush?.(tally.metrics);
    await push(tally);
  };
  const reporter = new OutageReporter(exporter, intervalMs, url, quiet, () => {});
  const times = { exportIntervalMs: intervalMs, exportTimeoutMs: intervalMs };
  return new MeterProvider({ readers: [new PushReader(times, reporter)] });
}
