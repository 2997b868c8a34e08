import {
  TRANSLATION_STRATEGIES,
  type ResourceConstantLabels,
  type TranslationStrategy,
} from '@flowmeter/prometheus/server';
import { histogramAggregation, type HistogramAggregation } from './histogram-aggregation.ts';
import { boolean, host, integer, type Rule } from './rules.ts';
import type { Settings } from './settings.ts';

/** Where the Prometheus endpoint is, and how it shows metrics. */
export interface PrometheusConfiguration {
  readonly host: string;
  readonly port: number;
  readonly translationStrategy: TranslationStrategy;
  readonly scopeInfoEnabled: boolean;
  readonly targetInfoEnabled: boolean;
  /** Whether start times are series of their own, `_created`, where OpenMetrics has no other place for them. */
  readonly createdSeriesEnabled: boolean;
  readonly histogramAggregation: HistogramAggregation;
  readonly resourceConstantLabels: ResourceConstantLabels | undefined;
  /** The path of a `web-config.yml`, for TLS and passwords. */
  readonly webConfigFile: string | undefined;
  /** What these are given by, for messages: variables, or options of `start()`. */
  readonly names: Readonly<
    Record<'host' | 'port' | 'translationStrategy' | 'histogramAggregation' | 'webConfigFile', string>
  >;
}

const HOST = 'OTEL_EXPORTER_PROMETHEUS_HOST';
const PORT = 'OTEL_EXPORTER_PROMETHEUS_PORT';
const STRATEGY = 'FLOWMETER_PROMETHEUS_TRANSLATION_STRATEGY';
const HISTOGRAM_AGGREGATION = 'FLOWMETER_PROMETHEUS_DEFAULT_HISTOGRAM_AGGREGATION';
const WEB_CONFIG_FILE = 'FLOWMETER_WEB_CONFIG_FILE';

const DEFAULT_PORT = 9464;
const PREFIX = 'FLOWMETER_PROMETHEUS_';

const translationStrategy: Rule<TranslationStrategy> = {
  allowed: `${TRANSLATION_STRATEGIES.slice(0, -1).join(', ')} or ${String(TRANSLATION_STRATEGIES.at(-1))}`,
  // The declarative schema's words are the same ones in snake case, some of them with its mark of what may change.
  parse(text) {
    const word = text.replace(/\/development$/, '').replaceAll('_', '');
    return TRANSLATION_STRATEGIES.find((each) => each.toLowerCase() === word.toLowerCase());
  },
};

export function readPrometheusConfiguration(settings: Settings): PrometheusConfiguration {
  const configuration = {
    host: settings.readOr(host, 'localhost', HOST),
    port: settings.readOr(integer(0, 65_535, ' (0 picks a free port)'), DEFAULT_PORT, PORT),
    translationStrategy: settings.readOr(translationStrategy, 'UnderscoreEscapingWithSuffixes', STRATEGY),
    scopeInfoEnabled: settings.readOr(boolean, false, `${PREFIX}SCOPE_INFO_ENABLED`),
    targetInfoEnabled: settings.readOr(boolean, true, `${PREFIX}TARGET_INFO_ENABLED`),
    createdSeriesEnabled: settings.readOr(boolean, true, `${PREFIX}CREATED_SERIES_ENABLED`),
    histogramAggregation: settings.readOr(histogramAggregation, 'explicit_bucket_histogram', HISTOGRAM_AGGREGATION),
    resourceConstantLabels: readConstantLabels(settings),
    names: {
      host: settings.nameOf(HOST),
      port: settings.nameOf(PORT),
      translationStrategy: settings.nameOf(STRATEGY),
      histogramAggregation: settings.nameOf(HISTOGRAM_AGGREGATION),
      webConfigFile: settings.nameOf(WEB_CONFIG_FILE),
    },
  };
  // A path that leads nowhere stays: an endpoint that was to be guarded is not opened without its guard.
  return { ...configuration, webConfigFile: settings.text(WEB_CONFIG_FILE) };
}

function readConstantLabels(settings: Settings): ResourceConstantLabels | undefined {
  const included = listOf(settings, `${PREFIX}RESOURCE_CONSTANT_LABELS_INCLUDED`);
  const excluded = listOf(settings, `${PREFIX}RESOURCE_CONSTANT_LABELS_EXCLUDED`);
  if (included === undefined && excluded === undefined) return undefined;
  return { ...(included === undefined ? {} : { included }), ...(excluded === undefined ? {} : { excluded }) };
}

function listOf(settings: Settings, variable: string): readonly string[] | undefined {
  const members = settings
    .text(variable)
    ?.split(',')
    .map((member) => member.trim());
  return members?.filter((member) => member !== '');
}
