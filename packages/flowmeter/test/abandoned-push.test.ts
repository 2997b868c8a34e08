/** A push that is given up brings nothing later on, which nobody would know of. */
import { strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { it } from 'node:test';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { OtlpExporter } from '../src/metrics/otlp-exporter.ts';
import { PushTally } from '../src/metrics/push-tally.ts';
import { RequestLimit } from '../src/metrics/request-limit.ts';
import { otlpTo } from './support/pushing-provider.ts';

const METRICS = { resource: resourceFromAttributes({}), scopeMetrics: [] };
const REASON = new Error('given up');

it('is not made where its exporter is still being loaded', async () => {
  await using receiver = await startOtlpReceiver();
  const exporter = new OtlpExporter(otlpTo(receiver.url), new RequestLimit());
  const given = exported(exporter);
  exporter.abandon(REASON);
  strictEqual(await given, REASON);
  strictEqual(await exported(exporter), undefined);
  strictEqual(receiver.requests.length, 1);
  await exporter.shutdown();
});

it('is cut off where it waits for its answer', async () => {
  const server = createServer();
  await once(server.listen(0, 'localhost'), 'listening');
  const exporter = new OtlpExporter(
    otlpTo(`http://localhost:${(server.address() as AddressInfo).port}`),
    new RequestLimit(),
  );
  const given = exported(exporter);
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.on('error', () => {}).resume();
  exporter.abandon(REASON);
  strictEqual(await given, REASON);
  if (!socket.closed) await once(socket, 'close');
  server.close();
});

it('is not tried again where it waits for that', async () => {
  const refused = Promise.withResolvers<void>();
  await using receiver = await startOtlpReceiver();
  receiver.respondWith(503);
  const wait = (_ms: number, signal: AbortSignal): Promise<void> => {
    refused.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  const exporter = new OtlpExporter(otlpTo(receiver.url), new RequestLimit(), { now: () => 0, wait });
  const given = exported(exporter);
  await refused.promise;
  exporter.abandon(REASON);
  strictEqual(await given, REASON);
  strictEqual(receiver.requests.length, 1);
});

/** Resolves to why it has failed. */
async function exported(exporter: OtlpExporter): Promise<unknown> {
  const tally = new PushTally(METRICS);
  await exporter.push(tally);
  return tally.failure;
}
