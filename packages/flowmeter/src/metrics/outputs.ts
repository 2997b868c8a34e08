import { PrometheusReader } from '@flowmeter/prometheus';
import type { Health, ScrapeSource } from '@flowmeter/prometheus/server';
import type { MeterProvider } from '@opentelemetry/api';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { Configuration } from '../configuration/configuration.ts';
import type { PrometheusConfiguration } from '../configuration/prometheus-configuration.ts';
import type { Messages } from '../messages.ts';
import { aggregationOf } from './aggregation.ts';
import { needsTurns, pushAtOnce } from './last-push.ts';
import { LatePushReader } from './late-push-reader.ts';
import { createConsoleExporter } from './meter-provider.ts';
import { OtlpExporter } from './otlp-exporter.ts';
import { OutageReporter } from './outage-reporter.ts';
import type { PrometheusEndpoint } from './prometheus-endpoint.ts';
import { withoutSecrets } from './push-descriptions.ts';
import { createStockEndpoint, type StockEndpoint } from './stock-endpoint.ts';
import { RequestLimit } from './request-limit.ts';
import { createUnscrapedGuard } from './unscraped-reader.ts';

/** The ways out of the process that the configuration asks for. */
export interface Outputs {
  readonly readers: IMetricReader[];
  /** What our own endpoint reads; `undefined` where there is none. */
  readonly source: ScrapeSource | undefined;
  /** The endpoint of `FLOWMETER_ENGINE=sdk`, which is its own source. */
  readonly stockEndpoint: PrometheusEndpoint | undefined;
  /** Records what the outputs tell of themselves on meters of this provider, from now on. */
  setMeterProvider(provider: MeterProvider): void;
  /** Has the push under way, and those that `push` makes, end within the limit. */
  hurry(limitMs: number, push: () => Promise<void>): Promise<void>;
  /** Whether there is anything that {@link pushAtOnce} cannot push. */
  needsTurns(): boolean;
  /**
   * Pushes what has been recorded since the last push, within the limit and without a turn of the event loop. Never throws.
   * `undefined` where nothing can be pushed so: only OTLP can, of our own engine.
   */
  readonly pushAtOnce: ((limitMs: number) => void) | undefined;
}

/** Creates the readers with what is behind them. Nothing is opened yet, and what the first scrape or push needs is not loaded. */
export function createOutputs(configuration: Configuration, messages: Messages, health: Health): Outputs {
  const { engine, exporters, otlp, prometheus } = configuration;
  const readers: IMetricReader[] = [];
  const observed: Observed[] = [];
  let source: PrometheusReader | undefined;
  let stockEndpoint: StockEndpoint | undefined;
  let onPush = nothing;
  let lastPush: Pick<Outputs, 'needsTurns' | 'pushAtOnce'> = NO_LAST_PUSH;
  if (exporters.includes('prometheus')) {
    if (engine === 'sdk') {
      stockEndpoint = createStockEndpoint(prometheus, health, messages);
      onPush = createUnscrapedGuard(stockEndpoint);
      readers.push(stockEndpoint.reader);
      observed.push(stockEndpoint);
    } else {
      source = createReader(prometheus);
      readers.push(source);
      observed.push(source);
    }
  }
  let otlpExporter: OtlpExporter | undefined;
  if (exporters.includes('otlp')) {
    const target = withoutSecrets(otlp.url);
    const requestLimit = new RequestLimit();
    otlpExporter = new OtlpExporter({ ...otlp, timeoutMs: requestTimeoutMs(configuration) }, requestLimit);
    const reporter = new OutageReporter(otlpExporter, configuration.exportTimeoutMs, target, messages, onPush);
    const reader = new LatePushReader(configuration, reporter);
    lastPush = {
      needsTurns: () => needsTurns(reader),
      pushAtOnce:
        engine === 'sdk' ? undefined : (limitMs) => pushAtOnce({ reader, reporter, otlp, requestLimit, limitMs }),
    };
    readers.push(reader);
    observed.push(reader, otlpExporter);
  }
  if (exporters.includes('console')) {
    const reader = new LatePushReader(configuration, createConsoleExporter(onPush));
    readers.push(reader);
    observed.push(reader);
  }
  const hurry: Outputs['hurry'] = (limitMs, push) => otlpExporter?.hurry(limitMs, push) ?? push();
  if (exporters.includes('console')) lastPush = { ...lastPush, needsTurns: () => true };
  const setMeterProvider: Outputs['setMeterProvider'] = (provider) => {
    for (const each of observed) each.setMeterProvider(provider);
  };
  return { readers, source, stockEndpoint, setMeterProvider, hurry, ...lastPush };
}

/** What tells of itself. */
type Observed = Pick<Outputs, 'setMeterProvider'>;

function nothing(): void {}

const NO_LAST_PUSH = { needsTurns: () => false, pushAtOnce: undefined };

/** A request ends a little earlier than its push is given up, so that its own reason is told. */
function requestTimeoutMs({ otlp, exportTimeoutMs }: Configuration): number {
  return Math.min(otlp.timeoutMs, Math.max(1, Math.floor(0.9 * exportTimeoutMs)));
}

/** Scope labels are off by default: the label sets of the systems' contracts are exact. */
function createReader(configuration: PrometheusConfiguration): PrometheusReader {
  const { translationStrategy, scopeInfoEnabled, targetInfoEnabled, resourceConstantLabels } = configuration;
  const { createdSeriesEnabled, histogramAggregation } = configuration;
  return new PrometheusReader({
    translationStrategy,
    scopeInfoEnabled,
    targetInfoEnabled,
    createdSeriesEnabled,
    defaultAggregation: (instrument) => aggregationOf(histogramAggregation, instrument),
    ...(resourceConstantLabels === undefined ? {} : { resourceConstantLabels }),
  });
}
