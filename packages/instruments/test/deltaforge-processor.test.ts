import { createDeltaforge, type Pipeline } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { allNumbers } from './support/numbers.ts';
import { stopClocks } from './support/stopped-clocks.ts';

let clocks = stopClocks();
beforeEach(() => void (clocks = stopClocks()));
afterEach(() => mock.restoreAll());

function createOrders(): { readonly orders: Pipeline; readonly all: () => Promise<unknown> } {
  const collected = collectSeries();
  const orders = createDeltaforge({ meterProvider: collected.meterProvider }).pipeline('orders');
  return { orders, all: () => allNumbers(collected) };
}

test('a processor is recorded once for each batch that it finishes', async () => {
  const { orders, all } = createOrders();
  const upper = orders.processor('upper').wrap((batch: readonly string[]) => {
    clocks.nowMs += 20;
    return batch.map((each) => each.toUpperCase());
  });
  assert.deepEqual(upper(['a', 'b']), ['A', 'B']);
  assert.deepEqual(upper([]), []);
  assert.deepEqual(await all(), { processor_latency_seconds: { 'orders upper': { count: 2, sum: 0.04 } } });
});

test('a processor that answers with a promise is measured until that is settled', async () => {
  const { orders, all } = createOrders();
  let resolve: (batch: string[]) => void = () => {};
  const promise = new Promise<string[]>((settle) => (resolve = settle));
  const late = orders.processor('late').wrap(() => promise)();
  clocks.nowMs += 300;
  assert.deepEqual(await all(), {});
  resolve(['a']);
  assert.deepEqual(await late, ['a']);
  assert.deepEqual(await all(), { processor_latency_seconds: { 'orders late': { count: 1, sum: 0.3 } } });
});

test('a processor that fails has errors, and no latency', async () => {
  const { orders, all } = createOrders();
  const bad = orders.processor('bad');
  assert.throws(
    bad.wrap(() => {
      throw new Error('no');
    }),
    /no/,
  );
  await assert.rejects(bad.wrap(() => Promise.reject(new Error('no')))(), /no/);
  assert.deepEqual(await all(), { processor_errors: { 'orders bad': 2 } });
});

test('a processor has its this and all its arguments', () => {
  const { orders } = createOrders();
  const owner = {
    factor: 3,
    scale: orders.processor('scale').wrap(function (this: { factor: number }, batch: readonly number[], plus: number) {
      return batch.map((each) => each * this.factor + plus);
    }),
  };
  assert.deepEqual(owner.scale([1, 2], 1), [4, 7]);
});

test('of a filter what it removes is counted, of the processor and with the reason', async () => {
  const { orders, all } = createOrders();
  const even = orders
    .processor('even', { role: 'filter' })
    .wrap((batch: readonly number[]) => batch.filter((each) => each % 2 === 0));
  even([1, 2, 3]);
  even([4]);
  const one = orders
    .processor('one', { role: 'filter' })
    .wrap((event: { keep: boolean }) => (event.keep ? event : null));
  one({ keep: true });
  one({ keep: false });
  const { filter_dropped, processor_events_dropped } = (await all()) as Record<string, unknown>;
  assert.deepEqual(filter_dropped, { even: 2, one: 1 });
  assert.deepEqual(processor_events_dropped, { 'orders even filtered': 2, 'orders one filtered': 1 });
});

test('a filter that empties its own batch has removed what was in it', async () => {
  const { orders, all } = createOrders();
  const none = orders.processor('none', { role: 'filter' }).wrap((batch: number[]) => {
    batch.length = 0;
    return batch;
  });
  none([1, 2, 3]);
  const { filter_dropped } = (await all()) as Record<string, unknown>;
  assert.deepEqual(filter_dropped, { none: 3 });
});

test('of an outbox what goes in and what comes out is counted', async () => {
  const { orders, all } = createOrders();
  const outbox = orders
    .processor('outbox', { role: 'outbox' })
    .wrap(async (batch: readonly number[]) => batch.slice(1));
  await outbox([1, 2, 3]);
  const { processor_events_in, processor_events_out } = (await all()) as Record<string, unknown>;
  assert.deepEqual([processor_events_in, processor_events_out], [{ 'orders outbox': 3 }, { 'orders outbox': 2 }]);
});

test('dropped and skipped events are counted by reason', async () => {
  const { orders, all } = createOrders();
  const enrich = orders.processor('enrich');
  enrich.dropped(2, 'no_key');
  enrich.skipped(5, 'unchanged');
  assert.deepEqual(await all(), {
    processor_events_dropped: { 'orders enrich no_key': 2 },
    processor_events_skipped: { 'orders enrich unchanged': 5 },
  });
});
