import type { Source } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { captureReports, stopReports } from './support/reports.ts';
import { CHANGES, READING, collect, createSource, failAfter, type Change } from './support/source-under-test.ts';
import { stopClocks } from './support/stopped-clocks.ts';

let clocks = stopClocks();
beforeEach(() => void (clocks = stopClocks()));
afterEach(() => {
  mock.restoreAll();
  stopReports();
});

test('a source is idle once its window is over, at every collection anew, and not when an event comes', async () => {
  const { source, numbers } = createSource({ ...READING, idleAfterSeconds: 10 });
  const stream = new PassThrough({ objectMode: true });
  const taken = source.events(stream)[Symbol.asyncIterator]();
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  clocks.nowMs += 9999;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  clocks.nowMs += 1;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 10 });
  clocks.nowMs += 20_000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 30 });
  stream.write(CHANGES[0]);
  await taken.next();
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  clocks.nowMs += 12_500;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 12.5 });
  stream.destroy();
});

test('the window is a minute unless it is given', async () => {
  const { source, numbers } = createSource();
  source.events(new PassThrough({ objectMode: true }));
  clocks.nowMs += 59_999;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  clocks.nowMs += 1;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 60 });
});

test('a window that is none is reported, and a minute', async () => {
  const reports = captureReports();
  const { source, numbers } = createSource({ idleAfterSeconds: '5' as unknown as number });
  source.events(new PassThrough({ objectMode: true }));
  clocks.nowMs += 59_000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  assert.deepEqual(reports, [
    'flowmeter: source "mysql" of pipeline "orders": idleAfterSeconds is "5", not a number of 0 or more; 60 is used (reported once)',
  ]);
});

test('a source that has ended, or that nobody wants more of, is not idle', async () => {
  for (const leave of [false, true]) {
    const { source, numbers } = createSource({ ...READING, idleAfterSeconds: 1 });
    for await (const change of source.events(changes())) if (leave && change) break;
    clocks.nowMs += 5000;
    assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
    assert.deepEqual(await numbers('errors'), {});
  }
});

test('a source that has failed is idle until somebody reads it and something comes', async () => {
  const { source, numbers } = createSource({ ...READING, idleAfterSeconds: 1 });
  const failing = source.events(Readable.from(failAfter([], new Error('lost'))));
  await assert.rejects(collect(failing), /lost/);
  clocks.nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 5 });
  const again = source.events(new PassThrough({ objectMode: true }));
  clocks.nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 10 });
  again.end(CHANGES[0]);
  await collect(again);
  clocks.nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
});

test('a source that calls back is watched from its first event until its end', async () => {
  const { source, numbers } = createSource({ ...READING, idleAfterSeconds: 1 });
  clocks.nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), {});
  source.event({ of: 'shop.orders' });
  clocks.nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 5 });
  source.ended();
  source.ended();
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  source.event({ of: 'shop.orders' });
  clocks.nowMs += 2000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 2 });
});

test('a source whose handle is made anew for each event is one source', async () => {
  const { orders, numbers } = createSource();
  const mysql = (): Source<Change> => orders.source('mysql', { ...READING, idleAfterSeconds: 1 });
  for (const change of CHANGES) mysql().event(change);
  clocks.nowMs += 3000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 3 });
  mysql().ended();
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
});

test('handles on one source share when it had its last event', async () => {
  const collected = collectSeries();
  const first = createSource({ ...READING, idleAfterSeconds: 1 }, collected);
  const second = createSource({ ...READING, idleAfterSeconds: 1 }, collected);
  first.source.event({ of: 'shop.orders' });
  clocks.nowMs += 4000;
  second.source.event({ of: 'shop.orders' });
  assert.deepEqual(await first.numbers('idle_seconds'), { 'orders mysql': 0 });
  clocks.nowMs += 3000;
  assert.deepEqual(await first.numbers('idle_seconds'), { 'orders mysql': 3 });
});

async function* changes(): AsyncGenerator<Change> {
  yield* CHANGES;
}
