import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScrapeMetrics, type Health } from '@flowmeter/prometheus';
import type { MeterProvider } from '@opentelemetry/api';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { PrometheusConfiguration } from '../configuration/prometheus-configuration.ts';
import type { Messages } from '../messages.ts';
import { whatToChange } from './listening-errors.ts';
import type { PrometheusEndpoint } from './prometheus-endpoint.ts';
import { createStockExporter } from './stock-exporter.ts';

const PATH = '/metrics';

/** The endpoint of `FLOWMETER_ENGINE=sdk`. */
export interface StockEndpoint extends PrometheusEndpoint {
  readonly reader: IMetricReader;
  /** Records what the endpoint tells of itself on meters of this provider, from now on. */
  setMeterProvider(provider: MeterProvider): void;
  /** Whether anything has been scraped since this was asked last. */
  wasScraped(): boolean;
}

/** How long a scrape that is under way may take when the endpoint closes. */
const CLOSE_LIMIT_MS = 1000;

/**
 * How long nothing may go over a connection, twice as long where something was sent meanwhile: a body that its client does not
 * read would hold the process for ever. Most scrapers wait for 10 s.
 */
const STALL_LIMIT_MS = 15_000;

/**
 * The endpoint over OpenTelemetry's Prometheus exporter, on a server of our own: theirs cannot take port 0, nor say in one line that a
 * port is in use.
 */
export function createStockEndpoint(
  configuration: PrometheusConfiguration,
  health: Health,
  messages: Messages,
  stallLimitMs = STALL_LIMIT_MS,
): StockEndpoint {
  const reader = createStockExporter(configuration, messages);
  let scraped = false;
  let metrics: ScrapeMetrics | undefined;
  const server = createServer((request, response) => {
    if (!isScrape(request, response, health)) return;
    scraped = true;
    if (metrics !== undefined) measure(response, metrics);
    reader.getMetricsRequestHandler(request, response);
  });
  server.on('connection', (socket) => socket.unref());
  server.setTimeout(stallLimitMs);
  return {
    reader,
    setMeterProvider(provider) {
      metrics = new ScrapeMetrics(provider);
      reader._setSelfObsMeterProvider(provider);
    },
    wasScraped() {
      const was = scraped;
      scraped = false;
      return was;
    },
    async listen(resource) {
      // A scrape before that would show only a part of the resource, and log an error.
      await resource?.().waitForAsyncAttributes?.();
      return listen(server, configuration);
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS).unref();
      });
    },
  };
}

/** Records the scrape when its answer is there, which the exporter gives in one piece. */
function measure(response: ServerResponse, metrics: ScrapeMetrics): void {
  const beganMs = performance.now();
  const end = response.end.bind(response) as (body: string) => ServerResponse;
  const measured = (body: string): ServerResponse => {
    const [seconds, bytes] = [(performance.now() - beganMs) / 1000, Buffer.byteLength(body)];
    metrics.scraped({ format: 'text', seconds, bytes, status: response.statusCode });
    return end(body);
  };
  response.end = measured as ServerResponse['end'];
}

/** Whether the request asks for the metrics; otherwise it is answered here. */
function isScrape(request: IncomingMessage, response: ServerResponse, health: Health): boolean {
  // A proxy asks with the whole URL.
  const path = request.url?.replace(/^https?:\/\/[^/]*/i, '').split('?', 1)[0];
  if (path !== PATH && path !== '/health' && path !== '/ready') {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end(`Not found. Metrics are at ${PATH}\n`);
    return false;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return false;
  }
  if (path === PATH) return true;
  const { status, headers, body } = path === '/health' ? health.health() : health.ready();
  // Node leaves the body out for HEAD.
  response.writeHead(status, headers).end(Buffer.concat(body));
  return false;
}

async function listen(server: Server, configuration: PrometheusConfiguration): Promise<string> {
  const { host, port, webConfigFile, names } = configuration;
  if (webConfigFile !== undefined) {
    throw new Error(
      `${names.webConfigFile} is ${webConfigFile}; OpenTelemetry's own endpoint has neither TLS nor passwords: leave it out, or use FLOWMETER_ENGINE=flowmeter`,
    );
  }
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new Error(whatToChange(error, configuration), { cause: error }));
    });
    // In a cluster a shared port would give each scrape to another worker, whose counters are others.
    server.listen({ host, port, exclusive: true }, () => resolve());
  });
  // A later error of the listening socket must not end the application.
  server.removeAllListeners('error').on('error', () => {});
  // `null` and a string are for closed servers and for pipes.
  const address = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}${PATH}`;
}
