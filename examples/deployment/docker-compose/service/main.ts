/**
 * A service for the dashboards to show: a pipeline of DeltaForge's kind, whose sink is the source of a router of
 * Conveyor's kind. The traffic is made up, and so are the faults; the recordings are those of any such service.
 *
 * It ends on SIGTERM and SIGINT, when what is under way has been delivered.
 */
import { once } from 'node:events';
import { start } from 'flowmeter';
import { changes, type Change } from './changes.ts';
import { replicate } from './replication.ts';
import { route } from './routing.ts';

const { health } = await start();
const stopping = new AbortController();
const stop = (): void => stopping.abort();
process.once('SIGTERM', stop).once('SIGINT', stop);

const replication = health.pipeline('orders');
const routing = health.pipeline('user-analytics');
const { readable, writable } = new TransformStream<readonly Change[], readonly Change[]>();
try {
  const both = [replicate(changes(stopping.signal), writable), route(readable)];
  replication.running();
  routing.running();
  await Promise.all(both);
  replication.stopped();
  routing.stopped();
} catch (error) {
  for (const pipeline of [replication, routing]) pipeline.failed(String(error));
  // Whoever looks at /health finds out, and ends it.
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  process.exitCode = 1;
}
