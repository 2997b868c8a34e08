/** A collector that answers each push as it is told to, and has read it whatever it answers. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startOtlpReceiver, type Series } from '@flowmeter-examples/otlp-receiver';

/** How a push is answered: with a status, once it is known, with success for all but so many points, with what is no HTTP, or not at all. */
export type Reply = number | (() => Promise<number>) | { readonly rejected: number } | 'garbage' | 'never';

export interface ScriptedCollector extends AsyncDisposable {
  readonly url: string;
  /** How the next pushes are answered; those after them with 200. */
  replies: Reply[];
  /** What was in each push. */
  readonly pushes: readonly (readonly Series[])[];
}

/** Starts one on a free port. It takes what is not compressed. */
export async function startScriptedCollector(): Promise<ScriptedCollector> {
  const receiver = await startOtlpReceiver();
  const pushes: Series[][] = [];
  const server = createServer((request, response) => {
    read(request)
      .then(() => answer(request, response, collector.replies.shift() ?? 200))
      .catch((error: Error) => response.destroy(error));
  });

  async function read(request: IncomingMessage): Promise<void> {
    const body = new Uint8Array(await buffer(request));
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    await fetch(`${receiver.url}${request.url}`, { method: 'POST', body, headers });
    pushes.push(receiver.metrics());
  }

  await once(server.listen(0, 'localhost'), 'listening');
  const collector: ScriptedCollector = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    replies: [],
    pushes,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await receiver.close();
    },
  };
  return collector;
}

/** No push is tried again. */
const HEADERS = { 'retry-after': '3600' };

async function answer(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  const isJson = request.headers['content-type'] === 'application/json';
  if (reply === 'never') return;
  if (reply === 'garbage') request.socket.end('garbage\r\n\r\n');
  else if (typeof reply === 'number') response.writeHead(reply, HEADERS).end();
  else if (typeof reply === 'function') response.writeHead(await reply(), HEADERS).end();
  else if (isJson) response.end(JSON.stringify({ partialSuccess: { rejectedDataPoints: `${reply.rejected}` } }));
  // ExportMetricsServiceResponse { partial_success = 1 { rejected_data_points = 1 } }, below 128.
  else response.end(Uint8Array.of(0x0a, 2, 0x08, reply.rejected));
}
