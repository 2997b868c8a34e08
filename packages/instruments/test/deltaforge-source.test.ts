import { createDeltaforge, type SourceOptions } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough, pipeline as connected, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { allNumbers, numbersOf } from './support/numbers.ts';
import { collectSeries, type Collected } from './support/collected-series.ts';
import { captureReports, stopReports } from './support/reports.ts';

/** The clocks: what `performance.now()` and `Date.now()` say, in milliseconds. */
let nowMs = 0;
const EPOCH_MS = 1_800_000_000_000;
beforeEach(() => {
  nowMs = 1000;
  mock.method(performance, 'now', () => nowMs);
  mock.method(Date, 'now', () => EPOCH_MS + nowMs);
});
afterEach(() => {
  mock.restoreAll();
  stopReports();
});

interface Change {
  readonly of: string;
  readonly at?: number;
}

const READING: SourceOptions<Change> = { table: ({ of }) => of, timestamp: ({ at }) => at };
const CHANGES: readonly Change[] = [{ of: 'shop.orders' }, { of: 'shop.users' }, { of: 'shop.orders' }];
const COUNTED = { 'orders mysql shop.orders': 2, 'orders mysql shop.users': 1 };

function createSource(options: SourceOptions<Change> = READING): ReturnType<typeof sourceOn> {
  return sourceOn(collectSeries(), options);
}

function sourceOn(collected: Collected, options: SourceOptions<Change>) {
  const orders = createDeltaforge({ meterProvider: collected.meterProvider }).pipeline('orders');
  const numbers = (name: string): Promise<unknown> => numbersOf(collected, `deltaforge_source_${name}`);
  return { orders, source: orders.source('mysql', options), numbers, all: () => allNumbers(collected) };
}

async function* changes(): AsyncGenerator<Change> {
  yield* CHANGES;
}

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

test('a source is idle once its window is over, at every collection anew, and not when an event comes', async () => {
  const { source, numbers } = createSource({ ...READING, idleAfterSeconds: 10 });
  const stream = new PassThrough({ objectMode: true });
  const taken = source.events(stream)[Symbol.asyncIterator]();
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  nowMs += 9999;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  nowMs += 1;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 10 });
  nowMs += 20_000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 30 });
  stream.write(CHANGES[0]);
  await taken.next();
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  nowMs += 12_500;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 12.5 });
  stream.destroy();
});

test('the window is a minute unless it is given', async () => {
  const { source, numbers } = createSource();
  source.events(new PassThrough({ objectMode: true }));
  nowMs += 59_999;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  nowMs += 1;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 60 });
});

test('a window that is none is reported, and a minute', async () => {
  const reports = captureReports();
  const { source, numbers } = createSource({ idleAfterSeconds: '5' as unknown as number });
  source.events(new PassThrough({ objectMode: true }));
  nowMs += 59_000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  assert.deepEqual(reports, [
    'flowmeter: source "mysql" of pipeline "orders": idleAfterSeconds is "5", not a number of 0 or more; 60 is used (reported once)',
  ]);
});

test('a source that has ended, or that nobody wants more of, is not idle', async () => {
  for (const leave of [false, true]) {
    const { source, numbers } = createSource({ ...READING, idleAfterSeconds: 1 });
    for await (const change of source.events(changes())) if (leave && change) break;
    nowMs += 5000;
    assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
    assert.deepEqual(await numbers('errors'), {});
  }
});

test('a source that has failed is idle until somebody reads it and something comes', async () => {
  const { source, numbers } = createSource({ ...READING, idleAfterSeconds: 1 });
  const failing = source.events(Readable.from(failAfter([])));
  await assert.rejects(collect(failing), /lost/);
  nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 5 });
  const again = source.events(new PassThrough({ objectMode: true }));
  nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 10 });
  again.end(CHANGES[0]);
  await collect(again);
  nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
});

test('a source that calls back is watched from its first event until its end', async () => {
  const { source, numbers } = createSource({ ...READING, idleAfterSeconds: 1 });
  nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), {});
  source.event({ of: 'shop.orders' });
  nowMs += 5000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 5 });
  source.ended();
  source.ended();
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
  source.event({ of: 'shop.orders' });
  nowMs += 2000;
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 2 });
});

test('handles on one source share when it had its last event', async () => {
  const collected = collectSeries();
  const first = sourceOn(collected, { ...READING, idleAfterSeconds: 1 });
  const second = sourceOn(collected, { ...READING, idleAfterSeconds: 1 });
  first.source.event({ of: 'shop.orders' });
  nowMs += 4000;
  second.source.event({ of: 'shop.orders' });
  assert.deepEqual(await first.numbers('idle_seconds'), { 'orders mysql': 0 });
  nowMs += 3000;
  assert.deepEqual(await first.numbers('idle_seconds'), { 'orders mysql': 3 });
});

test('a failure of the source is counted by kind and comes through as it is', async () => {
  const lost = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
  const flows: readonly ((source: ReturnType<typeof createSource>['source']) => Promise<unknown>)[] = [
    (source) => collect(source.events(failAfter(CHANGES, lost))),
    (source) => collect(source.events(Readable.from(failAfter(CHANGES, lost)))),
    (source) => collect(source.events(ReadableStream.from(failAfter(CHANGES, lost))) as AsyncIterable<unknown>),
  ];
  for (const flow of flows) {
    const { source, numbers } = createSource();
    await assert.rejects(flow(source), (error) => error === lost);
    assert.deepEqual(await numbers('errors'), { 'orders mysql connect': 1 });
    assert.deepEqual(await numbers('events'), COUNTED);
  }
});

test('a source that is let go of is released, without an error', async () => {
  let released = 0;
  const releasing = async function* (): AsyncGenerator<Change> {
    try {
      for (const change of CHANGES) yield change;
    } finally {
      released += 1;
    }
  };
  const { source, numbers } = createSource();
  for await (const change of source.events(releasing())) if (change) break;
  const stream = Readable.from(releasing());
  for await (const change of source.events(stream)) if (change) break;
  const web = source.events(ReadableStream.from(releasing()));
  const reader = web.getReader();
  await reader.read();
  await reader.cancel();
  assert.equal(released, 3);
  assert.deepEqual(await numbers('errors'), {});
});

test('a slow taker holds the source back', async () => {
  const { source } = createSource();
  let produced = 0;
  const endless = new Readable({
    objectMode: true,
    highWaterMark: 2,
    read() {
      produced += 1;
      this.push({ of: 'shop.orders' });
    },
  });
  const stuck = new Writable({ objectMode: true, highWaterMark: 2, write() {} });
  const over = new Promise<unknown>((resolve) => connected(source.events(endless), stuck, resolve));
  await once(endless, 'pause');
  assert.ok(produced < 10, `${produced} were read`);
  endless.destroy();
  await over;
});

test('a source that is ended by a failure behind it has not failed', async () => {
  const { orders, source, numbers } = createSource({ ...READING, idleAfterSeconds: 1 });
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const kafka = orders.sink('kafka');
  const sending = async (changes: AsyncIterable<Change>): Promise<void> => {
    for await (const change of changes) await kafka.send([change], () => Promise.reject(refused));
  };
  await assert.rejects(pipeline(source.events(Readable.from(CHANGES)), sending), refused);
  const failing = new Writable({ objectMode: true, write: (_change, _encoding, done) => done(refused) });
  await assert.rejects(pipeline(source.events(Readable.from(CHANGES)), kafka.into(failing)), refused);
  nowMs += 5000;
  assert.deepEqual(await numbers('errors'), {});
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
});

test('reconnects and failures are counted, one for each call', async () => {
  const { source, numbers } = createSource();
  source.reconnected();
  source.reconnected();
  source.failed(Object.assign(new Error('no'), { code: '28P01' }));
  source.failed(null);
  assert.deepEqual(await numbers('reconnects'), { 'orders mysql': 2 });
  assert.deepEqual(await numbers('errors'), { 'orders mysql auth': 1, 'orders mysql other': 1 });
});

test('what is no stream comes back as it is, with a report', () => {
  const { source } = createSource();
  const reports = captureReports();
  assert.equal(source.events(undefined as unknown as Change[]), undefined);
  assert.match(reports.join(), /events are undefined, no iterable and no stream/);
});

async function collect(flow: AsyncIterable<unknown> | Iterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of flow) items.push(item);
  return items;
}

async function* failAfter(given: readonly Change[], error: Error = new Error('lost')): AsyncGenerator<Change> {
  yield* given;
  throw error;
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
