/** The pipeline `orders`: changes are read, get what else is known of them, and are delivered in transactions. */
import { createDeltaforge } from 'flowmeter/deltaforge';
import type { Change } from './changes.ts';

const PIPELINE = 'orders';
const SINK = 'kafka';
/** The connection to the database is lost so often, in batches. */
const RECONNECTS_EVERY = 10;
/** The broker refuses so many of the transactions, and one change of those that it takes. */
const FAILS_EVERY = 5;
const DEAD_LETTERS_KEPT = 500;

const deltaforge = createDeltaforge();
const orders = deltaforge.pipeline(PIPELINE);
const mysql = orders.source<Change>('mysql', {
  table: ({ table }) => table,
  timestamp: ({ committedAt }) => committedAt,
});
const enrich = orders
  .processor('enrich')
  .wrap((batch: readonly Change[]) =>
    batch.map((change) => ({ ...change, row: { ...change.row, isLarge: change.row.cents > 40_000 } })),
  );
const kafka = orders.sink(SINK);

/** Delivers what comes, until there is nothing more. */
export async function replicate(
  incoming: AsyncIterable<readonly Change[]>,
  topic: WritableStream<readonly Change[]>,
): Promise<void> {
  const writer = topic.getWriter();
  const deadLetters: Change[] = [];
  let batches = 0;
  await orders.action('create', { tenant: 'acme', caller: 'ops@acme.example' }, async () => writer.ready);
  for await (const read of mysql.events(incoming)) {
    batches += 1;
    if (batches % RECONNECTS_EVERY === 0) mysql.reconnected();
    const trigger = batches % 2 === 0 ? 'limits' : 'timer';
    const receivedAt = Math.min(...read.map(({ committedAt }) => committedAt));
    const bytes = (batch: readonly unknown[]): number => Buffer.byteLength(JSON.stringify(batch));
    const batch = orders.batch({ trigger, receivedAt, bytes }, () => enrich(read));
    if (batches % FAILS_EVERY === 0) await refuse(batch).catch(() => {});
    const [refused, ...accepted] = batch;
    const isPoison = refused !== undefined && batches % FAILS_EVERY === 0;
    if (isPoison) bury(refused, deadLetters);
    await kafka.send(isPoison ? accepted : batch, () => writer.write(isPoison ? accepted : batch));
    deltaforge.sinkTxnCommits.add(1, { pipeline: PIPELINE, sink: SINK });
    await orders.checkpoint({ trigger }, async () => {});
  }
  await orders.action('stop', { tenant: 'acme', caller: 'ops@acme.example' }, async () => writer.close());
}

/** The first try of a transaction that the broker aborts. */
async function refuse(batch: readonly Change[]): Promise<void> {
  await kafka.send(batch, () => {
    deltaforge.sinkTxnAborts.add(1, { pipeline: PIPELINE, sink: SINK });
    return Promise.reject(Object.assign(new Error('the broker has aborted the transaction'), { code: 'ETIMEDOUT' }));
  });
}

/** Puts a change that the broker will never take into the dead-letter queue, which gives up the oldest when it is full. */
function bury(change: Change, deadLetters: Change[]): void {
  deadLetters.push(change);
  if (deadLetters.length > DEAD_LETTERS_KEPT) {
    deadLetters.shift();
    deltaforge.dlqEvicted.add(1, { pipeline: PIPELINE });
  }
  deltaforge.dlqEvents.add(1, { pipeline: PIPELINE, sink: SINK, error_kind: 'serialization error' });
  deltaforge.dlqEntries.record(deadLetters.length, { pipeline: PIPELINE });
  deltaforge.dlqSaturationRatio.record(deadLetters.length / DEAD_LETTERS_KEPT, { pipeline: PIPELINE });
}
