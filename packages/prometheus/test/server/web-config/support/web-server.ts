import { once } from 'node:events';
import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import { openWebConfig } from '../../../../src/server/web-config/open-web-config.ts';

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly protocol: string | null | undefined;
  readonly cipher: string | undefined;
  /** The serial number of the server's certificate. */
  readonly serial: string | undefined;
}

export interface Asking {
  readonly tls?: ConnectionOptions;
  readonly authorization?: string;
  readonly method?: string;
}

export interface WebServer extends AsyncDisposable {
  readonly port: number;
  readonly isTls: boolean;
  /** How many requests came past the guard. */
  served(): number;
  /** Asks on a connection of its own; rejects if the server does not talk to this client. */
  ask(asking?: Asking): Promise<Answer>;
}

/** Serves by the configuration file, on a free port, as the endpoint does. */
export async function serveBy(path: string, now?: () => number): Promise<WebServer> {
  const web = await openWebConfig(path, now);
  let served = 0;
  const server = web.createHttpServer({}, (request, response) => {
    void web.authorize(request, response).then((mayPass) => {
      if (!mayPass) return;
      served += 1;
      response.end('metrics');
    });
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const { port } = server.address() as AddressInfo;
  const isTls = 'setSecureContext' in server;
  return {
    port,
    isTls,
    served: () => served,
    ask: ({ tls = {}, authorization, method = 'GET' } = {}) => {
      const headers = authorization === undefined ? {} : { authorization };
      const options = { host: 'localhost', port, method, agent: false, headers } as const;
      const request = isTls ? requestHttps({ ...options, ...tls }) : requestHttp(options);
      return new Promise((resolve, reject) => {
        request.on('error', reject);
        request.on('response', (response) => void toAnswer(response).then(resolve, reject));
        request.end();
      });
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await web.close();
    },
  };
}

async function toAnswer(response: IncomingMessage): Promise<Answer> {
  const { socket, statusCode, headers } = response;
  const secure = socket instanceof TLSSocket ? socket : undefined;
  const [protocol, cipher, serial] = [
    secure?.getProtocol(),
    secure?.getCipher().standardName,
    secure?.getPeerX509Certificate()?.serialNumber,
  ];
  return { status: statusCode, headers, body: await text(response), protocol, cipher, serial };
}

/** An Authorization header of what the two say. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
