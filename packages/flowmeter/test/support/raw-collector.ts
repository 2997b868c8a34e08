/** A server that takes anything for a push, and keeps what it was sent: for what OtlpReceiver does not look at. */
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';

export interface RawRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** The common name in the client's certificate, where it showed one. */
  readonly client: string | undefined;
}

export interface RawCollector extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly RawRequest[];
}

/** Starts a server on a free port, with TLS if there are options for that. */
export async function startRawCollector(tls?: ServerOptions): Promise<RawCollector> {
  const requests: RawRequest[] = [];
  const listener: RequestListener = ({ method, url, headers, socket }, response) => {
    const peer = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
    // Without a client certificate there is an object with nothing in it.
    const subject = peer?.subject as { CN?: string } | undefined;
    requests.push({ method, path: url, headers, client: subject?.CN });
    response.end();
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  await once(server.listen(0, 'localhost'), 'listening');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
