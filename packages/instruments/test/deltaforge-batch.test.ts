import { createDeltaforge, type Pipeline } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { allNumbers } from './support/numbers.ts';
import { captureReports, stopReports } from './support/reports.ts';
import { EPOCH_MS, stopClocks } from './support/stopped-clocks.ts';

let clocks = stopClocks();
beforeEach(() => void (clocks = stopClocks()));
afterEach(() => {
  mock.restoreAll();
  stopReports();
});

function createOrders(): { readonly orders: Pipeline; readonly all: () => Promise<unknown> } {
  const collected = collectSeries();
  const orders = createDeltaforge({ meterProvider: collected.meterProvider }).pipeline('orders');
  return { orders, all: () => allNumbers(collected) };
}

/** Work that takes so long and comes to this. */
function taking<Result>(milliseconds: number, result: Result): () => Result {
  return () => {
    clocks.nowMs += milliseconds;
    return result;
  };
}

function failing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

test('a batch is recorded as it leaves the processors: its latency by trigger, its events and its bytes', async () => {
  const { orders, all } = createOrders();
  const result = orders.batch({ trigger: 'timer', bytes: 512 }, taking(250, ['a', 'b', 'c']));
  assert.deepEqual(result, ['a', 'b', 'c']);
  await orders.batch({ trigger: 'limits', bytes: 1024 }, async () => taking(500, ['d'])());
  assert.deepEqual(await all(), {
    stage_latency_seconds: {
      'orders process timer': { count: 1, sum: 0.25 },
      'orders process limits': { count: 1, sum: 0.5 },
    },
    batch_events: { orders: { count: 2, sum: 4 } },
    batch_bytes: { orders: { count: 2, sum: 1536 } },
    bytes: { orders: 1536 },
  });
});

test('how much a batch holds may be told, or told by what its work has come to', async () => {
  const { orders, all } = createOrders();
  orders.batch({ trigger: 'timer', events: 7 }, () => {});
  const measured = { trigger: 'timer', events: (out: Out) => out.rows, bytes: (out: Out) => out.size } as const;
  await orders.batch(measured, async () => ({ rows: 5, size: 64 }));
  assert.deepEqual(await all(), {
    stage_latency_seconds: { 'orders process timer': { count: 2, sum: 0 } },
    batch_events: { orders: { count: 2, sum: 12 } },
    batch_bytes: { orders: { count: 1, sum: 64 } },
    bytes: { orders: 64 },
  });
});

interface Out {
  readonly rows: number;
  readonly size: number;
}

test('a batch that says when its first event was received has its way through the pipeline recorded', async () => {
  const { orders, all } = createOrders();
  orders.batch({ trigger: 'timer', receivedAt: Date.now() - 750 }, taking(250, ['a']));
  orders.batch({ trigger: 'timer', receivedAt: new Date(Date.now() - 2000) }, () => ['a']);
  orders.batch({ trigger: 'timer', receivedAt: Date.now() - 2000 }, () => []);
  const { e2e_latency_seconds } = (await all()) as Record<string, unknown>;
  // Not that of the batch from which nothing is left.
  assert.deepEqual(e2e_latency_seconds, { orders: { count: 2, sum: 3 } });
});

test('of a batch that has failed nothing is recorded', async () => {
  const { orders, all } = createOrders();
  assert.throws(() => orders.batch({ trigger: 'timer', events: 3 }, failing(new Error('no'))), /no/);
  await assert.rejects(
    orders.batch({ trigger: 'timer' }, async () => failing(new Error('no'))()),
    /no/,
  );
  assert.deepEqual(await all(), {});
});

test('a batch of which nobody says how many events it has is reported once', async () => {
  const { orders, all } = createOrders();
  const reports = captureReports();
  for (let index = 0; index < 3; index += 1) {
    orders.batch({ trigger: 'timer', events: () => failing(new Error('uncountable'))() }, () => {});
  }
  assert.equal(reports.filter((report) => report.includes('events has thrown')).length, 1);
  const { stage_latency_seconds, batch_events } = (await all()) as Record<string, unknown>;
  assert.deepEqual(stage_latency_seconds, { 'orders process timer': { count: 3, sum: 0 } });
  assert.equal(batch_events, undefined);
});

test('a checkpoint that is persisted is counted, with when and how long', async () => {
  const { orders, all } = createOrders();
  assert.equal(orders.checkpoint({ trigger: 'shutdown' }, taking(30, 'saved')), 'saved');
  assert.deepEqual(await all(), {
    checkpoint_success: { orders: 1 },
    checkpoints: { orders: 1 },
    last_checkpoint_ts: { orders: (EPOCH_MS + clocks.nowMs) / 1000 },
    stage_latency_seconds: { 'orders commit shutdown': { count: 1, sum: 0.03 } },
  });
});

test('checkpoints of several sinks are one success and a checkpoint each', async () => {
  const { orders, all } = createOrders();
  await orders.checkpoint({ sinks: ['kafka', 'redis'] }, async () => {});
  const at = (EPOCH_MS + clocks.nowMs) / 1000;
  assert.deepEqual(await all(), {
    checkpoint_success: { orders: 1 },
    checkpoints: { orders: 2 },
    last_checkpoint_ts: { orders: at },
    sink_last_checkpoint_ts: { 'orders kafka': at, 'orders redis': at },
  });
});

test('a success that has committed no checkpoint has neither time nor latency', async () => {
  const { orders, all } = createOrders();
  orders.checkpoint({ trigger: 'timer', sinks: [] }, () => {});
  assert.deepEqual(await all(), { checkpoint_success: { orders: 1 } });
});

test('a checkpoint that could not be persisted is a failure, and nothing else', async () => {
  const { orders, all } = createOrders();
  assert.throws(() => orders.checkpoint({ trigger: 'timer' }, failing(new Error('disk'))), /disk/);
  await assert.rejects(
    orders.checkpoint(() => Promise.reject(new Error('disk'))),
    /disk/,
  );
  assert.deepEqual(await all(), { checkpoint_failure: { orders: 2 } });
});
