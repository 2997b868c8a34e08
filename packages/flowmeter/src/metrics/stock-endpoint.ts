import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { PrometheusConfiguration } from '../configuration/prometheus-configuration.ts';
import { whatToChange } from './listening-errors.ts';
import type { PrometheusEndpoint } from './prometheus-endpoint.ts';

const PATH = '/metrics';

/** The endpoint of `FLOWMETER_ENGINE=sdk`. */
export interface StockEndpoint extends PrometheusEndpoint {
  /** Whether anything has been scraped since this was asked last. */
  wasScraped(): boolean;
}

/** How long a scrape that is under way may take when the endpoint closes. */
const CLOSE_LIMIT_MS = 1000;

/**
 * The endpoint over OpenTelemetry's Prometheus exporter, on a server of our own: theirs cannot take port 0, nor say in one line that a
 * port is in use. Scope labels are off: the label sets of the systems' contracts are exact.
 */
export function createStockEndpoint({ host, port, webConfigFile }: PrometheusConfiguration): StockEndpoint {
  const reader = new (loadExporter().PrometheusExporter)({ preventServerStart: true, withoutScopeInfo: true });
  let scraped = false;
  const server = createServer((request, response) => {
    if (!isScrape(request, response)) return;
    scraped = true;
    reader.getMetricsRequestHandler(request, response);
  });
  server.on('connection', (socket) => socket.unref());
  return {
    reader,
    wasScraped() {
      const was = scraped;
      scraped = false;
      return was;
    },
    listen: () => listen(server, host, port, webConfigFile),
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS).unref();
      });
    },
  };
}

/** Only who asks for this endpoint pays for its being loaded. */
function loadExporter(): { readonly PrometheusExporter: typeof PrometheusExporter } {
  return createRequire(import.meta.url)('@opentelemetry/exporter-prometheus') as {
    readonly PrometheusExporter: typeof PrometheusExporter;
  };
}

/** Whether the request asks for the metrics; otherwise it is answered here. */
function isScrape(request: IncomingMessage, response: ServerResponse): boolean {
  // A proxy asks with the whole URL.
  const path = request.url?.replace(/^https?:\/\/[^/]*/i, '').split('?', 1)[0];
  if (path !== PATH) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end(`Not found. Metrics are at ${PATH}\n`);
    return false;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return false;
  }
  return true;
}

async function listen(server: Server, host: string, port: number, webConfigFile: string | undefined): Promise<string> {
  if (webConfigFile !== undefined) {
    throw new Error(
      `FLOWMETER_WEB_CONFIG_FILE is ${webConfigFile}; OpenTelemetry's own endpoint has neither TLS nor passwords: leave the variable out, or use FLOWMETER_ENGINE=flowmeter`,
    );
  }
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(whatToChange(error, host, port))));
    // In a cluster a shared port would give each scrape to another worker, whose counters are others.
    server.listen({ host, port, exclusive: true }, () => resolve());
  });
  // A later error of the listening socket must not end the application.
  server.removeAllListeners('error').on('error', () => {});
  // `null` and a string are for closed servers and for pipes.
  const address = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}${PATH}`;
}
