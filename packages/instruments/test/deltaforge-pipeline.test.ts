import { attachLog, views, type LogRecord } from '@flowmeter/instruments';
import { createDeltaforge, deltaforgeSet } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';

/** As Debezium and DeltaForge have it. */
interface Change {
  readonly source: { readonly db: string; readonly table: string; readonly ts_ms: number; readonly pos: number };
}

/** Everything that goes through a pipeline which works, with the labels of its definition and the tenant. */
const RECORDED: Readonly<Record<string, object>> = {
  source_events: { pipeline: 'orders', source: 'mysql', table: 'shop.orders' },
  source_lag_seconds: { pipeline: 'orders', source: 'mysql' },
  source_table_lag_seconds: { pipeline: 'orders', table: 'shop.orders' },
  source_idle_seconds: { pipeline: 'orders', source: 'mysql' },
  processor_latency_seconds: { pipeline: 'orders', processor: 'enrich' },
  batch_events: { pipeline: 'orders' },
  sink_events: { pipeline: 'orders', sink: 'kafka' },
  sink_batch: { pipeline: 'orders', sink: 'kafka' },
  sink_latency_seconds: { pipeline: 'orders', sink: 'kafka' },
  sink_checkpoint_status: { pipeline: 'orders', sink: 'kafka', required: 'true' },
  sink_client_buffer_depth: { pipeline: 'orders', sink: 'kafka' },
  checkpoint_success: { pipeline: 'orders' },
  checkpoints: { pipeline: 'orders' },
  last_checkpoint_ts: { pipeline: 'orders' },
  pipeline_actions: { pipeline: 'orders', action: 'create', outcome: 'success' },
  pipeline_channel_depth: { pipeline: 'orders' },
  pipeline_info: { pipeline: 'orders' },
  pipeline_status: { pipeline: 'orders' },
  pipelines: {},
};

for (const withViews of [false, true]) {
  test(`a pipeline as in the documentation records all that is to be recorded of it, ${withViews ? 'with' : 'without'} views`, async () => {
    const records: LogRecord[] = [];
    attachLog((record) => void records.push(record));
    const { meterProvider, families } = collectSeries(withViews ? views(deltaforgeSet) : []);
    const orders = createDeltaforge({ meterProvider, attributes: { tenant: 'acme' } }).pipeline('orders');
    const mysql = orders.source<Change>('mysql');
    const enrich = orders
      .processor('enrich')
      .wrap(async (changes: readonly Change[]) => changes.map(({ source }) => source));
    const kafka = orders.sink('kafka');
    orders.channelDepth(() => 0);
    kafka.clientBuffer(() => 0);
    const sent: unknown[] = [];
    let saved = 0;

    await orders.action('create', { caller: 'ops@acme.example' }, async () => {});
    for await (const changes of inBatches(mysql.events(Readable.from(binlog())))) {
      const batch = await orders.batch({ trigger: 'limits' }, () => enrich(changes));
      await kafka.send(batch, async () => sent.push(...batch));
      await orders.checkpoint({ trigger: 'limits' }, async () => (saved = changes.at(-1)?.source.pos ?? 0));
    }

    attachLog(undefined);
    assert.deepEqual([sent.length, saved, records.length], [10, 10, 1]);
    const found = new Map([...(await families())].map(([name, { series }]) => [name, series]));
    for (const [name, labels] of Object.entries(RECORDED)) {
      const series = found.get(`deltaforge_${name}`);
      assert.deepEqual(
        series?.map(({ attributes }) => attributes),
        [{ tenant: 'acme', ...labels }],
        name,
      );
      found.delete(`deltaforge_${name}`);
    }
    assert.deepEqual(
      found.get('deltaforge_stage_latency_seconds')?.map(({ attributes }) => attributes),
      ['process', 'commit'].map((stage) => ({ tenant: 'acme', pipeline: 'orders', stage, trigger: 'limits' })),
    );
    assert.deepEqual([...found.keys()], ['deltaforge_stage_latency_seconds']);
  });
}

function* binlog(): Generator<Change> {
  for (let pos = 1; pos <= 10; pos += 1) yield { source: { db: 'shop', table: 'orders', ts_ms: Date.now(), pos } };
}

async function* inBatches(changes: AsyncIterable<Change>): AsyncGenerator<readonly Change[]> {
  let batch: Change[] = [];
  for await (const change of changes) {
    batch.push(change);
    if (batch.length < 4) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
