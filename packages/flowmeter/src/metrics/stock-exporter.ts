import { createRequire } from 'node:module';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { ResourceConstantLabels } from '@flowmeter/prometheus/server';
import type { PrometheusConfiguration } from '../configuration/prometheus-configuration.ts';
import type { Messages } from '../messages.ts';

const STRATEGY = 'UnderscoreEscapingWithSuffixes';
const AGGREGATION = 'explicit_bucket_histogram';

/** OpenTelemetry's Prometheus exporter, without its server. What is asked for that it does not have is one line. */
export function createStockExporter(configuration: PrometheusConfiguration, messages: Messages): PrometheusExporter {
  const { scopeInfoEnabled, targetInfoEnabled, resourceConstantLabels } = configuration;
  const { translationStrategy, histogramAggregation, names } = configuration;
  if (translationStrategy !== STRATEGY) {
    messages.error(
      `${names.translationStrategy} is "${translationStrategy}"; allowed with FLOWMETER_ENGINE=sdk is ${STRATEGY}, which OpenTelemetry's exporter has without units; using that`,
    );
  }
  if (histogramAggregation !== AGGREGATION) {
    messages.error(
      `${names.histogramAggregation} is "${histogramAggregation}"; allowed with FLOWMETER_ENGINE=sdk is ${AGGREGATION}, as OpenTelemetry's exporter leaves others out; using that`,
    );
  }
  return new (loadExporter().PrometheusExporter)({
    preventServerStart: true,
    withoutScopeInfo: !scopeInfoEnabled,
    withoutTargetInfo: !targetInfoEnabled,
    ...(resourceConstantLabels === undefined ? {} : { withResourceConstantLabels: patternOf(resourceConstantLabels) }),
  });
}

/** Only who asks for this exporter pays for its being loaded. */
function loadExporter(): { readonly PrometheusExporter: typeof PrometheusExporter } {
  return createRequire(import.meta.url)('@opentelemetry/exporter-prometheus') as {
    readonly PrometheusExporter: typeof PrometheusExporter;
  };
}

/** What matches the keys that become labels. */
function patternOf({ included = ['*'], excluded = [] }: ResourceConstantLabels): RegExp {
  return new RegExp(`^(?!${anyOf(excluded)}$)${anyOf(included)}$`, 's');
}

/** None at all matches nothing. */
function anyOf(wildcards: readonly string[]): string {
  const patterns = wildcards.map((wildcard) =>
    wildcard
      .replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.'),
  );
  return patterns.length === 0 ? '(?!)' : `(?:${patterns.join('|')})`;
}
