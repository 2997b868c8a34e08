import { attachInstruments, detachInstruments } from '@flowmeter/instruments';
import { createDeltaforge } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { afterEach, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { allNumbers } from './support/numbers.ts';

afterEach(detachInstruments);

test('a pipeline that was made before there is an SDK records on it, and on the next one', async () => {
  const orders = createDeltaforge().pipeline('orders');
  let depth = 1;
  orders.channelDepth(() => depth);
  const mysql = orders.source('mysql', { table: () => 'shop.orders' });
  const stream = mysql.events(new PassThrough({ objectMode: true }));
  const taken = stream[Symbol.asyncIterator]();
  const kafka = orders.sink('kafka');
  kafka.send(['lost: nobody was there'], () => {});
  for (const round of [1, 2]) {
    const collected = collectSeries();
    attachInstruments(collected.meterProvider);
    stream.write({});
    await taken.next();
    kafka.send(['a', 'b'], () => {});
    const { source_events, source_idle_seconds, pipeline_channel_depth, sink_events } = await allNumbers(collected);
    assert.deepEqual(source_events, { 'orders mysql shop.orders': 1 });
    assert.deepEqual(source_idle_seconds, { 'orders mysql': 0 });
    assert.deepEqual(pipeline_channel_depth, { orders: round });
    assert.deepEqual(sink_events, { 'orders kafka': 2 });
    depth += 1;
    detachInstruments();
    // Nobody asks any more.
    assert.deepEqual((await allNumbers(collected))['pipeline_channel_depth'], { orders: round });
  }
  stream.destroy();
});
