import { bindCounter, bindRecorder, componentOn } from '@flowmeter/engine';
import type { Attributes, MeterProvider } from '@opentelemetry/api';
import type { OtlpConfiguration, OtlpProtocol } from '../configuration/otlp-configuration.ts';
import { grpcStatusOf } from './grpc-status.ts';
import type { PushTally } from './push-tally.ts';
import { PUSH_SCOPE } from './self-scopes.ts';

const COMPONENT_TYPES: Readonly<Record<OtlpProtocol, string>> = {
  'http/protobuf': 'otlp_http_metric_exporter',
  'http/json': 'otlp_http_json_metric_exporter',
  grpc: 'otlp_grpc_metric_exporter',
};

/** What a push that begins or ends is recorded with. */
interface Recording {
  begin(points: number): void;
  end(tally: PushTally): void;
}

/**
 * What the push tells of itself: the metrics of exporters that the semantic conventions for OpenTelemetry SDKs have, and
 * `flowmeter.push.last_success_timestamp`. What has ended shows in the push after it.
 */
export class ExportMetrics {
  readonly #otlp: Pick<OtlpConfiguration, 'protocol' | 'url'>;
  #provider: MeterProvider | undefined;
  #recording: Recording | undefined;

  constructor(otlp: Pick<OtlpConfiguration, 'protocol' | 'url'>) {
    this.#otlp = otlp;
  }

  /** Records on a meter of this provider from now on. */
  recordOn(provider: MeterProvider): void {
    this.#provider = provider;
    this.#recording = undefined;
  }

  /** A push begins; what comes back is to be called when it has ended. */
  begin(tally: PushTally): () => void {
    // With the first push: who only starts does not wait for it.
    if (this.#provider !== undefined) this.#recording ??= recordingOn(this.#provider, this.#otlp);
    const recording = this.#recording;
    recording?.begin(tally.points);
    return () => recording?.end(tally);
  }
}

function recordingOn(
  provider: MeterProvider,
  { protocol, url }: Pick<OtlpConfiguration, 'protocol' | 'url'>,
): Recording {
  const attributes = { ...componentOn(provider, COMPONENT_TYPES[protocol]), ...serverOf(url) };
  const meter = provider.getMeter(PUSH_SCOPE);
  const exported = meter.createCounter('otel.sdk.exporter.metric_data_point.exported', {
    unit: '{data_point}',
    description: 'The number of metric data points for which the export has finished, either successful or failed.',
  });
  const inflight = meter.createUpDownCounter('otel.sdk.exporter.metric_data_point.inflight', {
    unit: '{data_point}',
    description:
      'The number of metric data points which were passed to the exporter, but that have not been exported yet (neither successful, nor failed).',
  });
  const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
    unit: 's',
    description: 'The duration of exporting a batch of telemetry records.',
    // As the conventions have it: one bucket.
    advice: { explicitBucketBoundaries: [] },
  });
  const lastSuccess = meter.createGauge('flowmeter.push.last_success_timestamp', {
    unit: 's',
    description: 'When the collector has last taken a push, in whole or in part, in seconds since 1970.',
  });
  const underWay = bindCounter(inflight, attributes);
  const taken = bindCounter(exported, attributes);
  const takenAt = bindRecorder(lastSuccess, attributes);
  return {
    begin(points) {
      underWay.add(points);
      // From the first push on, so that a rate has something to begin with.
      taken.add(0);
    },
    end({ seconds, points, accepted, failed, errorType, status }) {
      underWay.add(-points);
      for (const [type, count] of failed) exported.add(count, { ...attributes, 'error.type': type });
      taken.add(accepted);
      if (accepted > 0) takenAt.record(Date.now() / 1000);
      duration.record(seconds, {
        ...attributes,
        ...(errorType !== undefined && { 'error.type': errorType }),
        ...statusAttribute(protocol, status),
      });
    },
  };
}

function statusAttribute(protocol: OtlpProtocol, status: number | undefined): Attributes {
  if (status === undefined) return {};
  if (protocol !== 'grpc') return { 'http.response.status_code': status };
  return { 'rpc.status_code': grpcStatusOf(status) ?? `${status}` };
}

function serverOf(url: string): Attributes {
  const { protocol: scheme, hostname, port } = new URL(url);
  return {
    // An IPv6 address without its brackets.
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? defaultPort(scheme) : Number(port),
  };
}

function defaultPort(scheme: string): number {
  return scheme === 'https:' ? 443 : 80;
}
