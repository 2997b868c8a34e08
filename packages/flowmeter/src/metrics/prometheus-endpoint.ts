import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { MeterProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  openWebConfig,
  PrometheusReader,
  PrometheusServer,
  type Health,
  type OpenWebConfig,
} from '@flowmeter/prometheus';
import { aggregationOf } from '../configuration/histogram-aggregation.ts';
import type { PrometheusConfiguration } from '../configuration/prometheus-configuration.ts';
import { reasonOf } from '../reason-of.ts';
import { whatToChange } from './listening-errors.ts';

/** A Prometheus pull endpoint: a reader, and the server that reads it. */
export interface PrometheusEndpoint {
  readonly reader: IMetricReader;
  /** Records what the endpoint tells of itself on meters of this provider, from now on. */
  setMeterProvider(provider: MeterProvider): void;
  /**
   * Opens the server; resolves to its URL, rejects with what to change where it cannot be opened. It does not keep the process
   * alive; with OpenTelemetry's exporter a client that does not read what it is sent can, for half a minute.
   *
   * @param resource what is shown, which OpenTelemetry's exporter has to be complete for
   */
  listen(resource?: () => Resource): Promise<string>;
  /** Closes the server and all its connections. */
  close(): Promise<void>;
}

/** The endpoint of this project. Scope labels are off by default: the label sets of the systems' contracts are exact. */
export function createPrometheusEndpoint(configuration: PrometheusConfiguration, health: Health): PrometheusEndpoint {
  const { host, port, webConfigFile, resourceConstantLabels, translationStrategy, names } = configuration;
  const { scopeInfoEnabled, targetInfoEnabled, createdSeriesEnabled, histogramAggregation } = configuration;
  const reader = new PrometheusReader({
    translationStrategy,
    scopeInfoEnabled,
    targetInfoEnabled,
    createdSeriesEnabled,
    defaultAggregation: (instrument) => aggregationOf(histogramAggregation, instrument),
    ...(resourceConstantLabels === undefined ? {} : { resourceConstantLabels }),
  });
  const closings: (() => Promise<void>)[] = [];
  return {
    reader,
    setMeterProvider: (provider) => reader.setMeterProvider(provider),
    async listen() {
      const webConfig =
        webConfigFile === undefined ? undefined : await openedBy(names.webConfigFile, openWebConfig(webConfigFile));
      const server = new PrometheusServer(reader, { host, port, health, ...webConfig });
      closings.push(() => server.close());
      if (webConfig !== undefined) closings.push(() => webConfig.close());
      try {
        return await server.listen();
      } catch (error) {
        throw new Error(whatToChange(error, configuration), { cause: error });
      }
    },
    async close() {
      await Promise.all(closings.map((close) => close()));
    },
  };
}

/** Names what the file was given by where it cannot be opened. */
async function openedBy(name: string, opening: Promise<OpenWebConfig>): Promise<OpenWebConfig> {
  try {
    return await opening;
  } catch (error) {
    throw new Error(`${name}: ${reasonOf(error)}`, { cause: error });
  }
}
