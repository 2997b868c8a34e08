import type { ExemplarFilter } from '@flowmeter/engine';
import type { ResourceConstantLabels, TranslationStrategy } from '@flowmeter/prometheus/server';
import type { Engine, MetricsExporter, ResourceDetectorName } from './configuration.ts';
import type { LogFormat, LogLevel } from './log-configuration.ts';
import type { HistogramAggregation } from './histogram-aggregation.ts';
import type { Compression, OtlpProtocol, TemporalityPreference } from './otlp-configuration.ts';
import { encodePairs, type Environment, type Problem } from './settings.ts';

/** The choices of `start()`. What is left out comes from the environment, then from the defaults. */
export interface StartOptions {
  /** `service.name`. */
  readonly serviceName?: string;
  /** Attributes of the resource, on top of all others but `serviceName`. */
  readonly resourceAttributes?: Readonly<Record<string, string>>;
  readonly resourceDetectors?: readonly ResourceDetectorName[];
  /** Which outputs there are; an empty list is none. Default: `['prometheus', 'otlp']`. */
  readonly exporters?: readonly MetricsExporter[];
  readonly prometheus?: {
    /** Where the endpoint listens. Default: localhost. */
    readonly host?: string;
    /** Default: 9464; 0 is any free one. */
    readonly port?: number;
    /** What becomes of names. Default: `UnderscoreEscapingWithSuffixes`. */
    readonly translationStrategy?: TranslationStrategy;
    /** Whether series bear the name, version and schema URL of their scope. Default: false. */
    readonly scopeInfoEnabled?: boolean;
    /** Whether there is a `target_info`. Default: true. */
    readonly targetInfoEnabled?: boolean;
    /**
     * Whether the start times of counters and histograms are series of their own in OpenMetrics' text, `_created`. Default: true, as
     * the specification has it. In protobuf they are there without series.
     */
    readonly createdSeriesEnabled?: boolean;
    /** `base2_exponential_bucket_histogram`: native histograms in protobuf. Default: `explicit_bucket_histogram`. */
    readonly histogramAggregation?: HistogramAggregation;
    /**
     * Resource attributes that become labels of all series, by keys or patterns with `*` and `?`, as the options of
     * `PrometheusReader` have it: `{}` is all. In the place of all that the environment has. Default: none.
     */
    readonly resourceConstantLabels?: ResourceConstantLabels;
    /** The path of a `web-config.yml` of the Prometheus exporter-toolkit: TLS, client certificates, passwords. */
    readonly webConfigFile?: string;
  };
  readonly otlp?: {
    /** The collector's base URL; for HTTP, `/v1/metrics` is appended. Default: `http://localhost:4318`. */
    readonly endpoint?: string;
    /** Default: `http/protobuf`. */
    readonly protocol?: OtlpProtocol;
    /** In the place of all that the environment has. */
    readonly headers?: Readonly<Record<string, string>>;
    /** For one request and its retries, in milliseconds. Default: 10 000. */
    readonly timeoutMs?: number;
    readonly compression?: Compression;
    /** Paths of PEM files: the authority to trust, the client's certificate and its key. */
    readonly certificate?: string;
    readonly clientCertificate?: string;
    readonly clientKey?: string;
    /** Default: `cumulative`. */
    readonly temporality?: TemporalityPreference;
    /** Default: `explicit_bucket_histogram`. */
    readonly histogramAggregation?: HistogramAggregation;
  };
  /** Between two pushes, in milliseconds. Default: 60 000. */
  readonly exportIntervalMs?: number;
  /** For one push, in milliseconds; the interval at the most. Default: 30 000. */
  readonly exportTimeoutMs?: number;
  /** How long the end of the process may take for the last push, in milliseconds; 0 for none. Default: 1000. */
  readonly exitTimeoutMs?: number;
  /** From which level on flowmeter and OpenTelemetry's parts are heard. Default: `info`, and `warn` for the latter. */
  readonly logLevel?: LogLevel;
  /** Levels by target, as `FLOWMETER_LOG` has them: `info,flowmeter=debug`. Goes before `logLevel`. */
  readonly log?: string;
  /** Default: `text` on a terminal, otherwise `json`. */
  readonly logFormat?: LogFormat;
  /** What aggregates. Default: `flowmeter`; `sdk` is OpenTelemetry's own MeterProvider. */
  readonly engine?: Engine;
  /** Which measurements may become exemplars. Default: `trace_based`, those in a sampled span. */
  readonly exemplarFilter?: ExemplarFilter;
}

/** Each option's name in {@link StartOptions}, by the variable that means the same. */
type OptionNames = Map<string, string>;

/** The environment with the options on top of it, and the names of the options that were given. */
export function withOptions(
  environment: Environment,
  options: StartOptions,
): { environment: Environment; optionNames: OptionNames } {
  const merged: Record<string, string | undefined> = { ...environment };
  const optionNames: OptionNames = new Map();
  const set = (variable: string, option: string, value: string | number | boolean | undefined): void => {
    if (value === undefined) return;
    merged[variable] = String(value);
    optionNames.set(variable, option);
  };
  const { prometheus = {}, otlp = {} } = options;
  set('OTEL_SERVICE_NAME', 'serviceName', options.serviceName);
  set('OTEL_NODE_RESOURCE_DETECTORS', 'resourceDetectors', listed(options.resourceDetectors));
  set('OTEL_METRICS_EXPORTER', 'exporters', listed(options.exporters));
  set('OTEL_EXPORTER_PROMETHEUS_HOST', 'prometheus.host', prometheus.host);
  set('OTEL_EXPORTER_PROMETHEUS_PORT', 'prometheus.port', prometheus.port);
  set('FLOWMETER_PROMETHEUS_TRANSLATION_STRATEGY', 'prometheus.translationStrategy', prometheus.translationStrategy);
  set('FLOWMETER_PROMETHEUS_SCOPE_INFO_ENABLED', 'prometheus.scopeInfoEnabled', prometheus.scopeInfoEnabled);
  set('FLOWMETER_PROMETHEUS_TARGET_INFO_ENABLED', 'prometheus.targetInfoEnabled', prometheus.targetInfoEnabled);
  set(
    'FLOWMETER_PROMETHEUS_CREATED_SERIES_ENABLED',
    'prometheus.createdSeriesEnabled',
    prometheus.createdSeriesEnabled,
  );
  set(
    'FLOWMETER_PROMETHEUS_DEFAULT_HISTOGRAM_AGGREGATION',
    'prometheus.histogramAggregation',
    prometheus.histogramAggregation,
  );
  set('FLOWMETER_WEB_CONFIG_FILE', 'prometheus.webConfigFile', prometheus.webConfigFile);
  set('OTEL_EXPORTER_OTLP_ENDPOINT', 'otlp.endpoint', otlp.endpoint);
  if (otlp.endpoint !== undefined) merged['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'] = undefined;
  set('OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'otlp.protocol', otlp.protocol);
  if (otlp.headers !== undefined) {
    // What the environment has may be credentials for another endpoint.
    merged['OTEL_EXPORTER_OTLP_HEADERS'] = undefined;
    merged['OTEL_EXPORTER_OTLP_METRICS_HEADERS'] = undefined;
    set('OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'otlp.headers', encodePairs(otlp.headers));
  }
  set('OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', 'otlp.timeoutMs', otlp.timeoutMs);
  set('OTEL_EXPORTER_OTLP_METRICS_COMPRESSION', 'otlp.compression', otlp.compression);
  set('OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE', 'otlp.certificate', otlp.certificate);
  set('OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE', 'otlp.clientCertificate', otlp.clientCertificate);
  set('OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY', 'otlp.clientKey', otlp.clientKey);
  set('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'otlp.temporality', otlp.temporality);
  set(
    'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
    'otlp.histogramAggregation',
    otlp.histogramAggregation,
  );
  set('OTEL_METRIC_EXPORT_INTERVAL', 'exportIntervalMs', options.exportIntervalMs);
  set('OTEL_METRIC_EXPORT_TIMEOUT', 'exportTimeoutMs', options.exportTimeoutMs);
  set('FLOWMETER_EXIT_TIMEOUT_MS', 'exitTimeoutMs', options.exitTimeoutMs);
  set('OTEL_LOG_LEVEL', 'logLevel', options.logLevel);
  set('FLOWMETER_LOG', 'log', options.log);
  set('FLOWMETER_LOG_FORMAT', 'logFormat', options.logFormat);
  set('FLOWMETER_ENGINE', 'engine', options.engine);
  set('OTEL_METRICS_EXEMPLAR_FILTER', 'exemplarFilter', options.exemplarFilter);
  return { environment: merged, optionNames };
}

/**
 * The error for an option that is not allowed: what a program gets wrong is thrown, what an environment gets wrong is
 * told.
 */
export function toError({ value, allowed }: Problem, option: string): RangeError {
  return new RangeError(`flowmeter: start(): ${option} is ${JSON.stringify(value)}; allowed is ${allowed}`);
}

function listed(names: readonly string[] | undefined): string | undefined {
  if (names === undefined) return undefined;
  return names.length === 0 ? 'none' : names.join(',');
}
