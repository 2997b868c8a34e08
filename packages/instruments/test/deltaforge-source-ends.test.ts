import type { Source } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { pipeline as connected, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, mock, test } from 'node:test';
import {
  CHANGES,
  COUNTED,
  READING,
  collect,
  createSource,
  failAfter,
  type Change,
} from './support/source-under-test.ts';
import { stopClocks } from './support/stopped-clocks.ts';

let clocks = stopClocks();
beforeEach(() => void (clocks = stopClocks()));
afterEach(() => mock.restoreAll());

test('a failure of the source is counted by kind and comes through as it is', async () => {
  const lost = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
  const flows: readonly ((source: Source<Change>) => Promise<unknown>)[] = [
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
  const sending = async (flow: AsyncIterable<Change>): Promise<void> => {
    for await (const change of flow) await kafka.send([change], () => Promise.reject(refused));
  };
  await assert.rejects(pipeline(source.events(Readable.from(CHANGES)), sending), refused);
  const failing = new Writable({ objectMode: true, write: (_change, _encoding, done) => done(refused) });
  await assert.rejects(pipeline(source.events(Readable.from(CHANGES)), kafka.receiving(failing)), refused);
  clocks.nowMs += 5000;
  assert.deepEqual(await numbers('errors'), {});
  assert.deepEqual(await numbers('idle_seconds'), { 'orders mysql': 0 });
});

test('a sink whose stream is ended by a failure of the source has not failed', async () => {
  const lost = Object.assign(new Error('lost'), { code: 'ECONNRESET' });
  const { orders, source, all } = createSource();
  const taking = (): Writable => new Writable({ objectMode: true, write: (_change, _encoding, done) => done() });
  for (const attempt of [1, 2]) {
    const kafka = orders.sink('kafka').receiving(taking());
    await assert.rejects(pipeline(source.events(Readable.from(failAfter(CHANGES, lost))), kafka), lost);
    const { source_errors, sink_errors } = await all();
    assert.deepEqual([source_errors, sink_errors], [{ 'orders mysql connect': attempt }, undefined]);
  }
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
