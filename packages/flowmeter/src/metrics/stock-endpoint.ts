import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { reasonOf } from '../messages.ts';

const PATH = '/metrics';

/** How long a scrape that is under way may take when the endpoint closes. */
const CLOSE_LIMIT_MS = 1000;

/** A Prometheus pull endpoint: a reader, and the server that reads it. */
export interface PrometheusEndpoint {
  readonly reader: IMetricReader;
  /** Whether anything has been scraped since this was asked last. */
  wasScraped(): boolean;
  /** Opens the server; resolves to its URL, rejects with what to change where it cannot be opened. Never keeps the process alive. */
  listen(): Promise<string>;
  /** Closes the server and all its connections. */
  close(): Promise<void>;
}

/**
 * The endpoint over OpenTelemetry's Prometheus exporter, on a server of our own: theirs cannot take port 0, nor say in one line that a
 * port is in use. Scope labels are off: the label sets of the systems' contracts are exact.
 */
export function createPrometheusEndpoint({ host, port }: { host: string; port: number }): PrometheusEndpoint {
  const reader = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
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
    listen: () => listen(server, host, port),
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), CLOSE_LIMIT_MS).unref();
      });
    },
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

async function listen(server: Server, host: string, port: number): Promise<string> {
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

function whatToChange(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use; set OTEL_EXPORTER_PROMETHEUS_PORT to another one, or to 0 for any free one`;
    case 'EACCES':
      return `port ${port} on ${host} is not permitted; set OTEL_EXPORTER_PROMETHEUS_PORT to one from 1024 on, or to 0 for any free one`;
    case 'ENOTFOUND':
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine; set OTEL_EXPORTER_PROMETHEUS_HOST to one, or to 0.0.0.0 for all`;
    default:
      return reasonOf(error);
  }
}
