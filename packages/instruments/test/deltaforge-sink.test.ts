import { createDeltaforge, type Sink, type SinkOptions } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { allNumbers } from './support/numbers.ts';
import { captureReports, stopReports } from './support/reports.ts';
import { stopClocks } from './support/stopped-clocks.ts';

let clocks = stopClocks();
beforeEach(() => void (clocks = stopClocks()));
afterEach(() => {
  mock.restoreAll();
  stopReports();
});

function createSink(options?: SinkOptions): { readonly kafka: Sink; readonly all: () => Promise<Numbers> } {
  const collected = collectSeries();
  const orders = createDeltaforge({ meterProvider: collected.meterProvider }).pipeline('orders');
  return { kafka: orders.sink('kafka', options), all: () => allNumbers(collected) };
}

type Numbers = Readonly<Record<string, unknown>>;

test('a batch that is sent is counted with its events and bytes, and has a latency', async () => {
  const { kafka, all } = createSink();
  const sent = await kafka.send({ events: 20, bytes: 4096 }, async () => {
    clocks.nowMs += 120;
    return 'sent';
  });
  assert.equal(sent, 'sent');
  assert.deepEqual(await all(), {
    sink_events: { 'orders kafka': 20 },
    sink_batch: { 'orders kafka': 1 },
    sink_bytes: { 'orders kafka': 4096 },
    sink_latency_seconds: { 'orders kafka': { count: 1, sum: 0.12 } },
    sink_checkpoint_status: { 'orders kafka true': 1 },
  });
});

test('the events of a batch may be given themselves, or their number', async () => {
  const { kafka, all } = createSink();
  kafka.send(['a', 'b'], () => {});
  kafka.send({ events: ['c'], bytes: 10 }, () => {});
  kafka.send(7, () => {});
  const { sink_events, sink_batch, sink_bytes } = await all();
  assert.deepEqual(sink_events, { 'orders kafka': 10 });
  assert.deepEqual([sink_batch, sink_bytes], [{ 'orders kafka': 3 }, { 'orders kafka': 10 }]);
});

test('a batch is as large as it was when it was handed over', async () => {
  const { kafka, all } = createSink();
  const batch = ['a', 'b', 'c'];
  kafka.send(batch, () => batch.splice(0));
  batch.push('d', 'e');
  await kafka.send({ events: batch }, async () => batch.splice(0));
  assert.deepEqual((await all())['sink_events'], { 'orders kafka': 5 });
});

test('how many were delivered may be told by the result', async () => {
  const { kafka, all } = createSink();
  const accepted = { events: (result: Answer) => result.accepted, bytes: (result: Answer) => result.accepted * 10 };
  await kafka.send(accepted, async () => ({ accepted: 18 }));
  const { sink_events, sink_bytes } = await all();
  assert.deepEqual([sink_events, sink_bytes], [{ 'orders kafka': 18 }, { 'orders kafka': 180 }]);
});

interface Answer {
  readonly accepted: number;
}

test('a batch that could not be sent is an error and a failure of its kind, and nothing else', async () => {
  const { kafka, all } = createSink({ required: false });
  const fail = (properties: object) => Promise.reject(Object.assign(new Error('no'), properties));
  await assert.rejects(kafka.send(['a'], () => fail({ code: 'ECONNREFUSED' })));
  await assert.rejects(kafka.send(['a'], () => fail({ code: 'ETIMEDOUT' })));
  await assert.rejects(kafka.send(['a'], () => fail({ name: 'KafkaJSConnectionError' })));
  assert.throws(() =>
    kafka.send(['a'], () => {
      throw null;
    }),
  );
  assert.deepEqual(await all(), {
    sink_errors: { 'orders kafka': 4 },
    sink_failures: { 'orders kafka connect': 2, 'orders kafka other': 1, 'orders kafka timeout': 1 },
    sink_checkpoint_status: { 'orders kafka false': 0 },
  });
});

test('the status of a sink is that of its last batch', async () => {
  const { kafka, all } = createSink();
  assert.throws(() => kafka.send([], () => JSON.parse('{') as unknown));
  assert.deepEqual((await all())['sink_checkpoint_status'], { 'orders kafka true': 0 });
  kafka.send([], () => {});
  assert.deepEqual((await all())['sink_checkpoint_status'], { 'orders kafka true': 1 });
});

test('connections, drops and skips are counted', async () => {
  const { kafka, all } = createSink();
  kafka.connected();
  kafka.connected();
  kafka.dropped(3, 'too_large');
  kafka.skipped(4, 'no_route');
  assert.deepEqual(await all(), {
    sink_reconnects: { 'orders kafka': 2 },
    sink_events_dropped: { 'orders kafka too_large': 3 },
    sink_events_skipped: { 'orders kafka no_route': 4 },
  });
});

test('what a Node stream takes is counted as batches, and the stream stays the same', async () => {
  const { kafka, all } = createSink();
  const taken: unknown[] = [];
  const stream = new Writable({
    objectMode: true,
    write(chunk, _encoding, done) {
      taken.push(chunk);
      done();
    },
  });
  assert.equal(kafka.receiving(stream), stream);
  await pipeline(Readable.from([['a', 'b'], { of: 'c' }, ['d']]), stream);
  assert.deepEqual(taken, [['a', 'b'], { of: 'c' }, ['d']]);
  const { sink_events, sink_batch, sink_bytes } = await all();
  assert.deepEqual([sink_events, sink_batch, sink_bytes], [{ 'orders kafka': 4 }, { 'orders kafka': 3 }, undefined]);
});

test('a stream that is given again is counted once', async () => {
  const { kafka, all } = createSink();
  const stream = new Writable({ objectMode: true, write: (_chunk, _encoding, done) => done() });
  for (const chunk of ['a', 'b']) kafka.receiving(stream).write(chunk);
  await new Promise((done) => kafka.receiving(stream).end(done));
  assert.deepEqual((await all())['sink_events'], { 'orders kafka': 2 });
});

test('bytes that a stream takes are counted', async () => {
  const { kafka, all } = createSink();
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(Readable.from([Buffer.alloc(10), Buffer.from('é')]), kafka.receiving(stream));
  const { sink_events, sink_bytes } = await all();
  assert.deepEqual([sink_events, sink_bytes], [{ 'orders kafka': 2 }, { 'orders kafka': 12 }]);
});

test('what a web stream takes is counted as batches', async () => {
  const { kafka, all } = createSink();
  const taken: unknown[] = [];
  const stream = new WritableStream<unknown>({ write: (chunk) => void taken.push(chunk) });
  await ReadableStream.from([['a', 'b'], 'c']).pipeTo(kafka.receiving(stream));
  assert.deepEqual(taken, [['a', 'b'], 'c']);
  const { sink_events, sink_batch } = await all();
  assert.deepEqual([sink_events, sink_batch], [{ 'orders kafka': 3 }, { 'orders kafka': 2 }]);
});

test('a stream that fails is one failure, and comes through as it is', async () => {
  const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
  const streams = [
    (kafka: Sink) =>
      pipeline(
        Readable.from(['a']),
        kafka.receiving(new Writable({ objectMode: true, write: (_chunk, _encoding, done) => done(refused) })),
      ),
    (kafka: Sink) =>
      ReadableStream.from(['a']).pipeTo(kafka.receiving(new WritableStream({ write: () => Promise.reject(refused) }))),
  ];
  for (const stream of streams) {
    const { kafka, all } = createSink();
    await assert.rejects(stream(kafka), (error) => error === refused);
    assert.deepEqual(await all(), {
      sink_errors: { 'orders kafka': 1 },
      sink_failures: { 'orders kafka connect': 1 },
      sink_checkpoint_status: { 'orders kafka true': 0 },
    });
  }
});

test('a stream that is let go of has not failed', async () => {
  const { kafka, all } = createSink();
  const stream = kafka.receiving(new Writable({ objectMode: true, write: (_chunk, _encoding, done) => done() }));
  stream.destroy();
  await kafka.receiving(new WritableStream()).abort();
  assert.deepEqual(await all(), {});
});

test('a batch without a size is sent and counted, and the size is reported once', async () => {
  const { kafka, all } = createSink();
  const reports = captureReports();
  for (const batch of [undefined, null, 'five', {}]) kafka.send(batch as string[], () => {});
  const { sink_batch, sink_events } = await all();
  assert.deepEqual([sink_batch, sink_events], [{ 'orders kafka': 4 }, undefined]);
  assert.equal(reports.filter((report) => report.includes('deltaforge_sink_events')).length, 1);
});
