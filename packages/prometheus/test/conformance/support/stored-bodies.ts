import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A body that was made before. */
export interface StoredBody {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** A server that answers with bodies that were made before, each at its position as a path. */
export interface StoredBodies extends AsyncDisposable {
  readonly address: string;
  readonly paths: readonly string[];
}

export async function serveBodies(bodies: readonly StoredBody[]): Promise<StoredBodies> {
  const server = createServer((request, response) => {
    const stored = bodies[Number(request.url?.slice(1))];
    response.writeHead(
      stored === undefined ? 404 : 200,
      stored === undefined ? {} : { 'content-type': stored.contentType },
    );
    response.end(stored?.body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths: bodies.map((_, position) => `/${position}`),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
