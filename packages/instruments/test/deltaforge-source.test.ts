import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { captureReports, stopReports } from './support/reports.ts';
import { CHANGES, COUNTED, READING, collect, createSource, type Change } from './support/source-under-test.ts';
import { stopClocks } from './support/stopped-clocks.ts';

beforeEach(() => void stopClocks());
afterEach(() => {
  mock.restoreAll();
  stopReports();
});

test('events are counted by table as they are taken out of an async iterable', async () => {
  const { source, numbers } = createSource();
  const taken: Change[] = [];
  for await (const change of source.events(changes())) {
    taken.push(change);
    if (taken.length === 2)
      assert.deepEqual(await numbers('events'), { 'orders mysql shop.orders': 1, 'orders mysql shop.users': 1 });
  }
  assert.deepEqual(taken, CHANGES);
  assert.deepEqual(await numbers('events'), COUNTED);
});

test('events are counted as they are taken out of an iterable', async () => {
  const { source, numbers } = createSource();
  assert.deepEqual([...source.events(CHANGES)], CHANGES);
  assert.deepEqual(await numbers('events'), COUNTED);
});

test('events are counted as they flow through a Node stream, which stays the same', async () => {
  const { source, numbers } = createSource();
  const stream = Readable.from(CHANGES);
  assert.equal(source.events(stream), stream);
  const taken: unknown[] = [];
  await pipeline(
    stream,
    new Writable({
      objectMode: true,
      write(change, _encoding, done) {
        taken.push(change);
        done();
      },
    }),
  );
  assert.deepEqual(taken, CHANGES);
  assert.deepEqual(await numbers('events'), COUNTED);
});

test('a Node stream that is given again is counted once', async () => {
  const { orders, source, numbers } = createSource();
  const stream = source.events(Readable.from(CHANGES));
  await collect(orders.source('mysql', READING).events(source.events(stream)));
  assert.deepEqual(await numbers('events'), COUNTED);
});

test('events are counted as they are read from a web stream', async () => {
  const { source, numbers } = createSource();
  const stream = source.events(ReadableStream.from(CHANGES));
  assert.ok(stream instanceof ReadableStream);
  assert.deepEqual(await collect(stream as AsyncIterable<unknown>), CHANGES);
  assert.deepEqual(await numbers('events'), COUNTED);
});

test('an array is as many events as it has', async () => {
  const { source, numbers } = createSource();
  await collect(source.events([CHANGES, [], CHANGES.slice(0, 1)]));
  assert.deepEqual(await numbers('events'), { 'orders mysql shop.orders': 3, 'orders mysql shop.users': 1 });
});

test('nothing is read that is not asked for', async () => {
  const { source, numbers } = createSource();
  const read: Change[] = [];
  const counting = (function* () {
    for (const change of CHANGES) {
      read.push(change);
      yield change;
    }
  })();
  const stream = source.events(ReadableStream.from(counting));
  const reader = stream.getReader();
  await reader.read();
  assert.equal(read.length <= 2, true, 'one, and what the source itself reads ahead');
  assert.deepEqual(await numbers('events'), { 'orders mysql shop.orders': 1 });
  await reader.cancel();
});

test('rows and bytes of an event are counted where they are told', async () => {
  const { source, numbers } = createSource({ ...READING, rows: () => 3, bytes: ({ of }) => of.length });
  source.event({ of: 'shop.orders' });
  source.event({ of: 'shop.users' });
  assert.deepEqual(await numbers('events'), { 'orders mysql shop.orders': 3, 'orders mysql shop.users': 3 });
  assert.deepEqual(await numbers('bytes'), { 'orders mysql': 21 });
});

test('lag is how far the last event lies behind, of the source and of each table', async () => {
  const { source, numbers } = createSource();
  source.event({ of: 'shop.users', at: Date.now() - 1250 });
  source.event({ of: 'shop.orders', at: Date.now() - 500 });
  assert.deepEqual(await numbers('lag_seconds'), { 'orders mysql': 0.5 });
  assert.deepEqual(await numbers('table_lag_seconds'), { 'orders shop.orders': 0.5, 'orders shop.users': 1.25 });
});

test('an event from a clock that is ahead has no lag', async () => {
  const { source, numbers } = createSource();
  source.event({ of: 'shop.orders', at: Date.now() + 60_000 });
  assert.deepEqual(await numbers('lag_seconds'), { 'orders mysql': 0 });
});

test('a timestamp may be a Date, and an event without one leaves the lag as it is', async () => {
  const { source, numbers } = createSource({
    ...READING,
    timestamp: ({ at }) => (at === undefined ? undefined : new Date(at)),
  });
  source.event({ of: 'shop.orders', at: Date.now() - 2000 });
  source.event({ of: 'shop.orders' });
  source.event({ of: 'shop.orders', at: Number.NaN });
  assert.deepEqual(await numbers('lag_seconds'), { 'orders mysql': 2 });
});

test('events of Debezium need no options, with a schema around them or without', async () => {
  const { source, numbers } = createSource({});
  const origin = { db: 'shop', schema: 'public', table: 'orders', ts_ms: Date.now() - 4000 };
  const mysql = { source: { db: 'shop', table: 'orders', ts_ms: Date.now() - 3000 }, op: 'c' };
  for (const event of [{ source: origin, op: 'u' }, { schema: {}, payload: { source: origin } }, mysql]) {
    source.event(event as unknown as Change);
  }
  assert.deepEqual(await numbers('events'), { 'orders mysql public.orders': 2, 'orders mysql shop.orders': 1 });
  assert.deepEqual(await numbers('lag_seconds'), { 'orders mysql': 3 });
});

test('an event whose table cannot be told is counted under unknown, with one report', async () => {
  const { source, numbers } = createSource({});
  const reports = captureReports();
  for (const event of [{ of: 'x' }, undefined, 5, unreadable()]) source.event(event as Change);
  assert.deepEqual(await numbers('events'), { 'orders mysql unknown': 4 });
  assert.match(reports.join('\n'), /source "mysql" of pipeline "orders": an event says no table/);
  // One of the table, one of the event that cannot be read.
  assert.equal(reports.filter((report) => report.includes('says no table')).length, 1);
});

test('functions that throw cost a report each, and no event', async () => {
  const fail = (): never => {
    throw new Error('not today');
  };
  const { source, all } = createSource({ table: fail, timestamp: fail, rows: fail, bytes: fail });
  const reports = captureReports();
  source.event({ of: 'x' });
  source.event({ of: 'x' });
  const { source_events, source_lag_seconds } = await all();
  assert.deepEqual([source_events, source_lag_seconds], [{ 'orders mysql unknown': 2 }, undefined]);
  assert.equal(reports.filter((report) => report.includes('not today')).length, 4);
});

test('what is no stream comes back as it is, with a report', () => {
  const { source } = createSource();
  const reports = captureReports();
  assert.equal(source.events(undefined as unknown as Change[]), undefined);
  assert.match(reports.join(), /events are undefined, no iterable and no stream/);
});

async function* changes(): AsyncGenerator<Change> {
  yield* CHANGES;
}

/** An object whose properties throw. */
function unreadable(): object {
  return new Proxy(
    {},
    {
      get: () => {
        throw new Error('not readable');
      },
    },
  );
}
