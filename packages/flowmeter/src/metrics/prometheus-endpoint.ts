import {
  openWebConfig,
  PrometheusServer,
  type Health,
  type OpenWebConfig,
  type ScrapeSource,
} from '@flowmeter/prometheus/server';
import type { Resource } from '@opentelemetry/resources';
import type { PrometheusConfiguration } from '../configuration/prometheus-configuration.ts';
import { reasonOf } from '../reason-of.ts';
import { whatToChange } from './listening-errors.ts';

/** Where Prometheus pulls. */
export interface PrometheusEndpoint {
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

/** The endpoint of this project. */
export function createPrometheusEndpoint(
  source: ScrapeSource,
  configuration: PrometheusConfiguration,
  health: Health,
): PrometheusEndpoint {
  const { host, port, webConfigFile, names } = configuration;
  const closings: (() => Promise<void>)[] = [];
  return {
    async listen() {
      const webConfig =
        webConfigFile === undefined ? undefined : await openedBy(names.webConfigFile, openWebConfig(webConfigFile));
      const server = new PrometheusServer(source, { host, port, health, ...webConfig });
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
