import { readFileSync } from 'node:fs';
import { histogramAggregation, type HistogramAggregation } from './histogram-aggregation.ts';
import { headerList, httpUrl, oneOf, readableFile, timeoutMs, type Rule } from './rules.ts';
import type { Settings } from './settings.ts';

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
export type OtlpProtocol = (typeof PROTOCOLS)[number];

const TEMPORALITIES = ['cumulative', 'delta', 'lowmemory'] as const;
export type TemporalityPreference = (typeof TEMPORALITIES)[number];

const COMPRESSIONS = ['none', 'gzip'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** The OTLP push. */
export interface OtlpConfiguration {
  readonly protocol: OtlpProtocol;
  /** Where requests go: for HTTP with the path, for gRPC without. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly temporality: TemporalityPreference;
  readonly histogramAggregation: HistogramAggregation;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: Compression;
  /** Paths of PEM files: the authority to trust, and this client's certificate and key, both or neither. */
  readonly certificate: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
}

const DEFAULT_HTTP_ENDPOINT = 'http://localhost:4318';
const DEFAULT_GRPC_ENDPOINT = 'http://localhost:4317';
const DEFAULT_TIMEOUT_MS = 10_000;

/** Reads and checks the OTLP push's settings; those for metrics go before those for all signals. */
export function readOtlpConfiguration(settings: Settings): OtlpConfiguration {
  const protocol = settings.readOr(oneOf(...PROTOCOLS), 'http/protobuf', ...bothNames('PROTOCOL'));
  const url = protocol === 'grpc' ? readGrpcUrl(settings) : readHttpUrl(settings);
  return {
    protocol,
    url,
    headers: {
      ...settings.read(headerList, 'left out', 'OTEL_EXPORTER_OTLP_HEADERS'),
      ...settings.read(headerList, 'left out', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS'),
    },
    compression: settings.readOr(oneOf(...COMPRESSIONS), 'none', ...bothNames('COMPRESSION')),
    ...readCertificates(settings),
    timeoutMs: settings.readOr(timeoutMs, DEFAULT_TIMEOUT_MS, ...bothNames('TIMEOUT')),
    temporality: settings.readOr(
      oneOf(...TEMPORALITIES),
      'cumulative',
      'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    ),
    histogramAggregation: settings.readOr(
      histogramAggregation,
      'explicit_bucket_histogram',
      'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
    ),
  };
}

/** The variable for metrics alone, then the one for all signals. */
function bothNames(name: string): [string, string] {
  return [`OTEL_EXPORTER_OTLP_METRICS_${name}`, `OTEL_EXPORTER_OTLP_${name}`];
}

/**
 * The endpoint for metrics is used as it is, the one for all signals gets the signal's path (specification, OTLP
 * exporter, "Endpoint URLs for OTLP/HTTP").
 */
function readHttpUrl(settings: Settings): string {
  const [metricsEndpoint, endpoint] = bothNames('ENDPOINT');
  const own = settings.read(httpUrl, 'left out', metricsEndpoint);
  if (own !== undefined) return own.href;
  const base = settings.readOr(httpUrl, new URL(DEFAULT_HTTP_ENDPOINT), endpoint);
  base.pathname = `${base.pathname.replace(/\/$/, '')}/v1/metrics`;
  return base.href;
}

function readGrpcUrl(settings: Settings): string {
  const insecure = bothNames('INSECURE').map((variable) => settings.text(variable)?.toLowerCase());
  const rule: Rule<string> = {
    allowed: 'an http:// or https:// URL, or host:port',
    parse(text) {
      // Without a scheme the connection is secure unless the variables for that say otherwise.
      const scheme = (insecure[0] ?? insecure[1]) === 'true' ? 'http' : 'https';
      return httpUrl.parse(/^\w+:\/\//.test(text) ? text : `${scheme}://${text}`)?.origin;
    },
  };
  return settings.readOr(rule, DEFAULT_GRPC_ENDPOINT, ...bothNames('ENDPOINT'));
}

function readCertificates(
  settings: Settings,
): Pick<OtlpConfiguration, 'certificate' | 'clientCertificate' | 'clientKey'> {
  const pem = readableFile((path) => readFileSync(path));
  const certificate = settings.read(pem, 'trusting the authorities that Node trusts', ...bothNames('CERTIFICATE'));
  const consequence = 'sending no client certificate';
  const [certificates, keys] = [bothNames('CLIENT_CERTIFICATE'), bothNames('CLIENT_KEY')];
  const clientCertificate = settings.read(pem, consequence, ...certificates);
  const clientKey = settings.read(pem, consequence, ...keys);
  if ((clientCertificate === undefined) === (clientKey === undefined)) {
    return { certificate, clientCertificate, clientKey };
  }
  const alone = clientCertificate ?? clientKey;
  for (const variable of [...certificates, ...keys]) {
    if (settings.text(variable) !== alone) continue;
    settings.note(variable, alone ?? '', 'a client certificate together with its key', consequence);
  }
  return { certificate, clientCertificate: undefined, clientKey: undefined };
}
