/** A collector in front of an OTLP receiver, which hands a request on only where its turn is to be taken. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startOtlpReceiver, type OtlpReceiver, type OtlpRequest } from '@flowmeter-examples/otlp-receiver';

/**
 * What becomes of a request: a status of refusal, no answer that is one or none at all, or it is taken and the answer is as it should
 * be or not. What is rejected is answered as a success that has taken nothing.
 */
export type Turn =
  | (400 | 401 | 403 | 404 | 413 | 429 | 500 | 502 | 503 | 504)
  | ('reset' | 'garbage' | 'silence' | 'rejected' | 'taken' | 'taken, in odd words');

export interface MisbehavingCollector extends AsyncDisposable {
  readonly url: string;
  /** What becomes of the next requests; those after them are taken. */
  turns: Turn[];
  /** How many requests there were. */
  readonly count: number;
  /** What was taken. */
  readonly taken: readonly OtlpRequest[];
  /** What was rejected. */
  readonly rejected: readonly OtlpRequest[];
  /** The sizes of all bodies, in bytes. */
  readonly sizes: readonly number[];
  /** How many requests there were at one time. */
  readonly mostAtOnce: number;
}

/** How one differs from others. */
export interface Misbehaviour {
  /** A larger request is refused with 413, whatever its turn. */
  readonly mostBytes?: number;
  /** Called where a request is met with silence. */
  readonly onSilence?: () => void;
}

/** Starts one on a free port. */
export async function startMisbehavingCollector(misbehaviour: Misbehaviour = {}): Promise<MisbehavingCollector> {
  const { mostBytes = Infinity, onSilence } = misbehaviour;
  const [receiver, bin] = await Promise.all([startOtlpReceiver(), startOtlpReceiver()]);
  const sizes: number[] = [];
  let [underWay, mostAtOnce] = [0, 0];
  const server = createServer((request, response) => {
    const turn = collector.turns.shift() ?? 'taken';
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.once('close', () => void (underWay -= 1));
    takeTurn(turn, request, response).catch((error: Error) => response.destroy(error));
  });
  async function takeTurn(turn: Turn, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    sizes.push(body.length);
    const hand = async ({ url }: OtlpReceiver): Promise<Buffer> => {
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      const answer = await fetch(`${url}${request.url}`, { method: 'POST', body: new Uint8Array(body), headers });
      return Buffer.from(await answer.arrayBuffer());
    };
    if (body.length > mostBytes) response.writeHead(413).end();
    else if (turn === 'silence') onSilence?.();
    else if (turn === 'reset') request.socket.resetAndDestroy();
    else if (turn === 'garbage') request.socket.end('garbage\r\n\r\n');
    else if (typeof turn === 'number') response.writeHead(turn, { 'retry-after': '1' }).end('not now');
    else if (turn === 'rejected') {
      await hand(bin);
      response.end(PARTIAL_SUCCESS);
    } else {
      const answer = await hand(receiver);
      response.end(turn === 'taken' ? answer : 'thank you');
    }
  }
  await once(server.listen(0, 'localhost'), 'listening');
  const collector: MisbehavingCollector = {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    turns: [],
    get count() {
      return sizes.length;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    sizes,
    taken: receiver.requests,
    rejected: bin.requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await Promise.all([receiver.close(), bin.close()]);
    },
  };
  return collector;
}

/** An ExportMetricsServiceResponse with partial_success = { rejected_data_points: 100, error_message: 'too old' }. */
export const PARTIAL_SUCCESS = Buffer.from('\x0a\x0b\x08\x64\x12\x07too old', 'latin1');
