/** A collector in front of an OTLP receiver, which hands a request on only where its turn is to be taken. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startOtlpReceiver, type OtlpRequest } from '@flowmeter-examples/otlp-receiver';

/** What becomes of a request: a status of refusal, no answer that is one, or it is taken and the answer is as it should be or not. */
export type Turn = 400 | 413 | 429 | 502 | 503 | 504 | 'reset' | 'garbage' | 'taken' | 'taken, in odd words';

export interface MisbehavingCollector extends AsyncDisposable {
  readonly url: string;
  /** What becomes of the next requests; those after them are taken. */
  turns: Turn[];
  /** How many requests there were. */
  readonly count: number;
  /** What was taken. */
  readonly taken: readonly OtlpRequest[];
}

/** Starts one on a free port. */
export async function startMisbehavingCollector(): Promise<MisbehavingCollector> {
  const receiver = await startOtlpReceiver();
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const turn = collector.turns.shift() ?? 'taken';
    takeTurn(turn, request, response, receiver.url).catch((error: Error) => response.destroy(error));
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const collector: MisbehavingCollector = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    turns: [],
    get count() {
      return count;
    },
    taken: receiver.requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await receiver.close();
    },
  };
  return collector;
}

async function takeTurn(turn: Turn, request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
  const body = await buffer(request);
  if (turn === 'reset') request.socket.resetAndDestroy();
  else if (turn === 'garbage') request.socket.end('garbage\r\n\r\n');
  else if (typeof turn === 'number') response.writeHead(turn, { 'retry-after': '1' }).end('not now');
  else {
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const answer = await fetch(`${url}${request.url}`, { method: 'POST', body: new Uint8Array(body), headers });
    response.end(turn === 'taken' ? Buffer.from(await answer.arrayBuffer()) : 'thank you');
  }
}
