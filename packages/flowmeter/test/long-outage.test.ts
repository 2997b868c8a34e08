/** An hour without a collector at a push a second, in simulated time: counted is what is made and kept, nothing is measured. */
import { ok, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { createPushingProvider } from './support/pushing-provider.ts';

const SECONDS = 3600;

/** The one under way, and the one that the engine keeps until the next. */
const MOST_KEPT = 2;

describe('an hour without a collector', () => {
  it('costs a collection and a push a second, and keeps none of them', async (context) => {
    await using outage = await startOutage(context, [reset, refuse, ignore]);
    for (let second = 0; second < SECONDS; second += 1) await outage.second();
    ok(outage.pushes <= SECONDS && outage.pushes > 100, `${outage.pushes} pushes`);
    strictEqual(outage.collections, outage.pushes);
    ok(outage.kept() <= MOST_KEPT, `${outage.kept()} are kept`);
  });

  it('keeps no more where the application flushes faster than a push fails', async (context) => {
    await using outage = await startOutage(context, [ignore]);
    const flushes: Promise<void>[] = [];
    for (let second = 0; second < 60; second += 1) {
      for (let flush = 0; flush < 10; flush += 1) flushes.push(outage.provider.forceFlush());
      await outage.second();
    }
    const waiting = outage.collections - outage.pushes;
    ok(waiting <= 1, `${waiting} collections wait to be pushed`);
    ok(outage.kept() <= MOST_KEPT, `${outage.kept()} are kept`);
    await outage.until(Promise.all(flushes));
  });
});

type Way = (socket: Socket) => unknown;

const reset: Way = (socket) => socket.resetAndDestroy();
const refuse: Way = (socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n');
const ignore: Way = () => {};

/** A provider whose collector does this with requests, one after the other. */
async function startOutage(context: TestContext, ways: readonly Way[]) {
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    socket.once('data', () => {
      ways[requests % ways.length]?.(socket);
      requests += 1;
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const metrics: WeakRef<ResourceMetrics>[] = [];
  let collections = 0;
  const provider = createPushingProvider({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    temporality: 'delta',
    intervalMs: 1000,
    onPush: (pushed) => void metrics.push(new WeakRef(pushed)),
  });
  const meter = provider.getMeter('app');
  meter.createObservableGauge('collections').addCallback((result) => result.observe((collections += 1)));
  const counter = meter.createCounter('counter');
  const second = async (): Promise<void> => {
    counter.add(1);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      context.mock.timers.tick(100);
      await new Promise(setImmediate);
    }
  };
  /** Lets time run until something has ended. */
  const until = async (end: Promise<unknown>): Promise<void> => {
    const ending = new AbortController();
    const ended = end.finally(() => ending.abort());
    while (!ending.signal.aborted) await second();
    await ended;
  };
  return {
    provider,
    second,
    until,
    get pushes() {
      return metrics.length;
    },
    get collections() {
      return collections;
    },
    kept: () => {
      setFlagsFromString('--expose-gc');
      (runInNewContext('gc') as () => void)();
      return metrics.filter((each) => each.deref() !== undefined).length;
    },
    async [Symbol.asyncDispose]() {
      // A timer that is cleared after the test would be taken for one of the next.
      await until(provider.shutdown());
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
