/**
 * The router as a service. It works on the state directory given as the first argument, and posts to the URL given as
 * the second one; without that, to a service of its own that fails on purpose.
 *
 * It ends on SIGTERM, SIGINT, the message `stop` of its parent process, or the parent's end.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { logger, start } from 'flowmeter';
import { birdStrikes } from './src/bird-strikes.ts';
import { startFaultInjectingService } from './src/fault-injecting-service.ts';
import { openFileSink } from './src/file-sink.ts';
import { flights } from './src/flights.ts';
import { createHttpSink } from './src/http-sink.ts';
import { report } from './src/report.ts';
import { Router } from './src/router.ts';

const [stateDirectory = 'conveyor-state', givenUrl] = process.argv.slice(2);
await mkdir(stateDirectory, { recursive: true });
const ownService = givenUrl
  ? undefined
  : await startFaultInjectingService({ latencyMs: 10, unavailableEvery: 7, cutEvery: 31 });

const log = logger('router');
const definitions = [birdStrikes, flights];
// What `--require flowmeter/register` has started.
const { health } = await start();
const pipelines = definitions.map(({ pipelineId }) => health.pipeline(pipelineId));

const router = new Router({
  stateDirectory,
  pipelines: definitions,
  deliveries: [
    {
      stageId: 'archive-delivery',
      groupId: 'archive-writers',
      sink: await openFileSink('archive', join(stateDirectory, 'archive.ndjson')),
      partitions: 1,
      capacityOfPartition: 2000,
      batchSize: 500,
      maxWorkers: 1,
      keyOf: () => '',
    },
    {
      stageId: 'safety-desk-delivery',
      groupId: 'safety-desk-posters',
      sink: createHttpSink('safety-desk', givenUrl ?? ownService?.url ?? ''),
      partitions: 8,
      capacityOfPartition: 100,
      batchSize: 50,
      maxWorkers: 4,
      keyOf: ({ key }) => String(key),
    },
  ],
  checkpointEveryRecords: 2500,
  onRouting(status) {
    for (const pipeline of pipelines) pipeline.running();
    log.info({ term: status.term, sources: status.sources }, 'routing');
  },
  onDrained(status) {
    log.info({ delivered: status.delivered, retried: status.retried }, 'drained');
    report({ kind: 'drained', status });
  },
});

const stop = (): void => router.stop();
process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
process.on('message', (message) => {
  if (message === 'stop') stop();
});
const progress = setInterval(() => report({ kind: 'progress', status: router.status }), process.send ? 50 : 1000);

try {
  await router.run();
  for (const pipeline of pipelines) pipeline.stopped();
  log.info('stopped');
  report({ kind: 'stopped', status: router.status });
} catch (error) {
  for (const pipeline of pipelines) pipeline.failed(String(error));
  log.error(error);
  process.exitCode = 1;
} finally {
  // Nothing is left to keep the process alive, so it ends when what was reported has been sent.
  clearInterval(progress);
  process.off('SIGTERM', stop).off('SIGINT', stop).off('disconnect', stop);
  if (process.connected) process.disconnect();
  await ownService?.close();
}
