import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusServer } from '../../../src/server/endpoint-server.ts';
import type { PrometheusServerOptions } from '../../../src/server/server-options.ts';
import type { ScrapeSource } from '../../../src/server/scrape-source.ts';

/** A server until the end of the block that uses it. */
export interface Serving extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly origin: string;
}

/** The stand-alone server on a free port. */
export async function serving(source: ScrapeSource, options: Partial<PrometheusServerOptions> = {}): Promise<Serving> {
  const server = new PrometheusServer(source, { host: '127.0.0.1', port: 0, ...options });
  const { origin } = new URL(await server.listen());
  return { origin, [Symbol.asyncDispose]: () => server.close() };
}

/** A server of the user's own on a free port. */
export async function mounted(listener: RequestListener): Promise<Serving> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
