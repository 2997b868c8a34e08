/** The pipeline `user-analytics`: what is delivered to the topic is filtered, and put into an archive. */
import { setTimeout } from 'node:timers/promises';
import {
  conveyor,
  recordActiveServices,
  recordCheckpointSaved,
  recordGroupRebalance,
  recordRaftState,
} from 'flowmeter/conveyor';
import type { Change } from './changes.ts';

const PIPELINE = 'user-analytics';
const STAGE = { pipeline_id: PIPELINE, stage_id: 'filter-stage' } as const;
const CAPACITY = 100;
/** From so many on the source is told to pause. */
const HIGH = 0.8 * CAPACITY;

const source = conveyor.source({ source_id: 'kafka-source-1' });
const stage = conveyor.stage(STAGE);
const archive = conveyor.sink<Change>(
  { sink_id: 'archive' },
  { pipelineOf: () => PIPELINE, acceptedAt: ({ committedAt }) => committedAt },
);
const queue = conveyor.buffer({ stage_id: STAGE.stage_id }, [] as Change[], { capacity: CAPACITY });

/** Routes what comes, until there is nothing more. */
export async function route(topic: ReadableStream<readonly Change[]>): Promise<void> {
  for (const type of ['source', 'transform', 'sink']) recordActiveServices(type, 1);
  recordGroupRebalance('archive-writers');
  // A group of one elects itself.
  recordRaftState(false, 0);
  recordRaftState(true, 1);
  for await (const records of topic) {
    source.batch(records, (accepted) => queue.push(...accepted));
    if (queue.length > HIGH) source.backpressure();
    // Half stays for the next time, as it does where a stage is slower than its source.
    await deliver(queue.splice(0, Math.ceil(queue.length / 2)));
  }
  await deliver(queue.splice(0));
  recordRaftState(false, 1);
}

async function deliver(taken: readonly Change[]): Promise<void> {
  const wanted = stage.batch(taken, (batch) => batch.filter(({ table }) => table !== 'payments'));
  await archive.batch(wanted, () => setTimeout(5));
  recordCheckpointSaved('archive');
}
