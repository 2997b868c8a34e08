/**
 * The far end of the HTTP sink: it takes batches of records as JSON arrays, slowly, and fails on purpose. A batch that
 * fails is refused whole, before anything of it is taken.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** How slow the service is and how often it fails. */
export interface Faults {
  /** What each request takes. */
  readonly latencyMs: number;
  /** Each request with a number divisible by this is answered 503. */
  readonly unavailableEvery: number;
  /** Each request with a number divisible by this has its connection cut. */
  readonly cutEvery: number;
}

/** A record as the service received it. */
interface Received {
  readonly sourceId: string;
  readonly offset: number;
}

/** A running service. */
export interface FaultInjectingService extends AsyncDisposable {
  readonly url: string;
  /** The records it has taken, in order. */
  readonly received: readonly Received[];
  /** How often each fault has been injected so far, and how many records were refused by them. */
  readonly injected: { unavailable: number; cut: number; records: number };
  close(): Promise<void>;
}

/** Starts the service on a free port of localhost. */
export async function startFaultInjectingService(faults: Faults): Promise<FaultInjectingService> {
  const received: Received[] = [];
  const injected = { unavailable: 0, cut: 0, records: 0 };
  let requestNumber = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requestNumber += 1;
    const number = requestNumber;
    const records = (await json(request)) as Received[];
    await delay(faults.latencyMs);
    if (number % faults.cutEvery === 0) {
      injected.cut += 1;
      injected.records += records.length;
      response.destroy();
    } else if (number % faults.unavailableEvery === 0) {
      injected.unavailable += 1;
      injected.records += records.length;
      response.writeHead(503).end();
    } else {
      for (const { sourceId, offset } of records) received.push({ sourceId, offset });
      response.writeHead(204).end();
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, 'localhost', resolve));

  async function close(): Promise<void> {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
  const url = `http://localhost:${(server.address() as AddressInfo).port}/records`;
  return { url, received, injected, close, [Symbol.asyncDispose]: close };
}
