import { createConveyor, type Conveyor } from '@flowmeter/instruments/conveyor';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { mock, test } from 'node:test';
import { collectSeries } from '../support/collected-series.ts';

/** The clocks, in milliseconds. */
let nowMs = 5000;
const EPOCH_MS = 1_795_000_000_000;
mock.method(performance, 'now', () => nowMs);
mock.method(Date, 'now', () => EPOCH_MS + nowMs);

const ERROR = new Error('refused');

/** The three parts that records go through, and what is counted for them. */
const parts = [
  {
    title: 'source',
    make: (conveyor: Conveyor) => conveyor.source({ source_id: 'kafka' }),
    counter: 'conveyor_router_records_received',
    attributes: { source_id: 'kafka' },
  },
  {
    title: 'stage',
    make: (conveyor: Conveyor) => conveyor.stage({ pipeline_id: 'users', stage_id: 'filter' }),
    counter: 'conveyor_router_records_routed',
    attributes: { pipeline_id: 'users', stage_id: 'filter' },
  },
  {
    title: 'sink',
    make: (conveyor: Conveyor) => conveyor.sink({ sink_id: 'archive' }),
    counter: 'conveyor_router_records_delivered',
    attributes: { sink_id: 'archive' },
  },
] as const;

for (const { title, make, counter, attributes } of parts) {
  test(`a ${title} counts the records of a batch when its work has succeeded, at once or later`, async () => {
    const sdk = collectSeries();
    const part = make(createConveyor(sdk));
    assert.equal(
      part.batch(['a', 'b'], (records) => records.join('')),
      'ab',
    );
    const { promise, resolve } = Promise.withResolvers<string>();
    const later = part.batch([1, 2, 3], () => promise);
    assert.deepEqual(await sdk.series(counter), [{ attributes, value: 2 }]);
    resolve('later');
    assert.equal(await later, 'later');
    assert.deepEqual(await sdk.series(counter), [{ attributes, value: 5 }]);
  });

  test(`a ${title} counts a number as that many records, and anything else as one`, async () => {
    const sdk = collectSeries();
    const part = make(createConveyor(sdk));
    part.batch(40, () => {});
    part.batch({ id: 1 }, () => {});
    part.batch('text', () => {});
    assert.equal(await sdk.value(counter), 42);
  });

  test(`a ${title} counts a batch as it was given, whatever its work takes out of it`, async () => {
    const sdk = collectSeries();
    make(createConveyor(sdk)).batch(['a', 'b', 'c'], (records) => records.splice(0));
    assert.equal(await sdk.value(counter), 3);
  });

  test(`a ${title} counts a Node stream that it is given again once`, async () => {
    const sdk = collectSeries();
    const part = make(createConveyor(sdk));
    await part.passing(part.passing(Readable.from([1, 2]))).toArray();
    assert.equal(await sdk.value(counter), 2);
  });

  test(`a ${title} counts nothing of a batch that fails, and throws the same`, async () => {
    const sdk = collectSeries();
    const part = make(createConveyor(sdk));
    const fail = (): never => {
      throw ERROR;
    };
    const isError = (error: unknown): boolean => error === ERROR;
    assert.throws(() => part.batch([1], fail), isError);
    await assert.rejects(
      part.batch([1], async () => fail()),
      isError,
    );
    assert.deepEqual(await sdk.series(counter), []);
  });

  test(`a ${title} counts what flows through it as it is taken: a generator, a Node stream, a web stream`, async () => {
    const sdk = collectSeries();
    const part = make(createConveyor(sdk));
    async function* records(): AsyncGenerator<number | number[]> {
      yield 1;
      yield [2, 3];
      yield 4;
    }
    for await (const record of part.passing(records())) if (record !== 1) break;
    assert.equal(await sdk.value(counter), 3);
    assert.equal((await part.passing(Readable.from(records())).toArray()).length, 3);
    assert.equal(await sdk.value(counter), 7);
    for await (const _ of part.passing(ReadableStream.from(records()))) continue;
    assert.equal(await sdk.value(counter), 11);
    assert.deepEqual([...part.passing([1, 2])], [1, 2]);
    assert.equal(await sdk.value(counter), 13);
  });

  test(`a ${title} counts what has passed of a stream that fails`, async () => {
    const sdk = collectSeries();
    const failing = Readable.from(
      (function* () {
        yield 1;
        throw ERROR;
      })(),
    );
    const source = make(createConveyor(sdk)).passing(failing);
    await assert.rejects(
      async () => {
        for await (const record of source) assert.equal(record, 1);
      },
      (error) => error === ERROR,
    );
    assert.equal(await sdk.value(counter), 1);
  });
}

test('a source counts each time it is told to slow down', async () => {
  const sdk = collectSeries();
  const source = createConveyor(sdk).source({ source_id: 'kafka' });
  source.backpressure();
  source.backpressure();
  assert.deepEqual(await sdk.series('conveyor_router_backpressure_events'), [
    { attributes: { source_id: 'kafka' }, value: 2 },
  ]);
});

test('a stage counts the records that it tries again, without their pipeline', async () => {
  const sdk = collectSeries();
  const stage = createConveyor(sdk).stage({ pipeline_id: 'users', stage_id: 'filter' });
  stage.retried([{ id: 1 }, { id: 2 }]);
  stage.retried({ id: 3 });
  stage.retried(4);
  assert.deepEqual(await sdk.series('conveyor_router_retry_events'), [
    { attributes: { stage_id: 'filter' }, value: 7 },
  ]);
});

interface Routed {
  readonly pipelineId: string;
  readonly acceptedAt: number;
}

async function latencies(sdk: ReturnType<typeof collectSeries>): Promise<unknown> {
  const series = await sdk.series('conveyor_router_routing_latency_ms');
  return series.map(({ attributes, value }) => typeof value === 'object' && [attributes, value.count, value.sum]);
}

const options = {
  pipelineOf: ({ pipelineId }: Routed) => pipelineId,
  acceptedAt: ({ acceptedAt }: Routed) => acceptedAt,
};

test('a sink records the latency of each record that it has confirmed, by the pipeline that has carried it', async () => {
  const sdk = collectSeries();
  const sink = createConveyor(sdk).sink({ sink_id: 'archive' }, options);
  const batch: Routed[] = [
    { pipelineId: 'users', acceptedAt: nowMs },
    { pipelineId: 'orders', acceptedAt: nowMs - 100 },
    { pipelineId: 'users', acceptedAt: nowMs - 1000 },
  ];
  await sink.batch(batch, async () => {
    nowMs += 20;
  });
  assert.deepEqual(await latencies(sdk), [
    [{ pipeline_id: 'users' }, 2, 20 + 1020],
    [{ pipeline_id: 'orders' }, 1, 120],
  ]);
  assert.equal(await sdk.value('conveyor_router_records_delivered'), 3);
});

test('a batch that its work empties has the latency of each record as well', async () => {
  const sdk = collectSeries();
  const sink = createConveyor(sdk).sink({ sink_id: 'archive' }, options);
  sink.batch([{ pipelineId: 'users', acceptedAt: nowMs - 5 }], (records) => records.pop());
  assert.deepEqual(await latencies(sdk), [[{ pipeline_id: 'users' }, 1, 5]]);
});

test('a record that was accepted by the clock of the day has its latency by that, never less than none', async () => {
  const sdk = collectSeries();
  const sink = createConveyor(sdk).sink({ sink_id: 'archive' }, options);
  const accepted = Date.now();
  sink.batch({ pipelineId: 'users', acceptedAt: accepted - 250 }, () => {});
  sink.batch({ pipelineId: 'users', acceptedAt: accepted + 60_000 }, () => {});
  assert.deepEqual(await latencies(sdk), [[{ pipeline_id: 'users' }, 2, 250]]);
});

test('a batch that was not delivered has no latency', async () => {
  const sdk = collectSeries();
  const sink = createConveyor(sdk).sink({ sink_id: 'archive' }, options);
  const fail = async (): Promise<never> => {
    throw ERROR;
  };
  await assert.rejects(sink.batch([{ pipelineId: 'users', acceptedAt: nowMs }], fail), (error) => error === ERROR);
  assert.deepEqual(await latencies(sdk), []);
});

test('records whose begin cannot be told are delivered, and have no latency', async () => {
  const sdk = collectSeries();
  const sink = createConveyor(sdk).sink(
    { sink_id: 'archive' },
    {
      ...options,
      acceptedAt: () => {
        throw ERROR;
      },
    },
  );
  assert.equal(
    sink.batch([{ pipelineId: 'users', acceptedAt: nowMs }], () => 'written'),
    'written',
  );
  sink.batch(7, () => {});
  assert.deepEqual(await latencies(sdk), []);
  assert.equal(await sdk.value('conveyor_router_records_delivered'), 8);
});

test('a sink counts what an object stream of Node has written, at the end of a pipeline', async () => {
  const sdk = collectSeries();
  const sink = createConveyor(sdk).sink({ sink_id: 'archive' }, options);
  let written = 0;
  const destination = new Writable({
    objectMode: true,
    write(_, __, callback) {
      nowMs += 10;
      callback((written += 1) > 2 ? ERROR : null);
    },
  });
  const closed = once(destination, 'close').catch(() => {});
  const records = [1, 2, 3, 4].map((): Routed => ({ pipelineId: 'users', acceptedAt: nowMs }));
  const delivery = pipeline(Readable.from(records), sink.receiving(destination));
  await assert.rejects(delivery, (error) => error === ERROR);
  await closed;
  assert.deepEqual(await latencies(sdk), [[{ pipeline_id: 'users' }, 2, 10 + 20]]);
  assert.equal(await sdk.value('conveyor_router_records_delivered'), 2);
});

test('a sink counts a destination that it is given again once', async () => {
  const sdk = collectSeries();
  const sink = createConveyor(sdk).sink({ sink_id: 'archive' });
  const destination = new Writable({ objectMode: true, write: (_, __, callback) => callback() });
  await pipeline(Readable.from([1, 2]), sink.receiving(destination), { end: false });
  await pipeline(Readable.from([3]), sink.receiving(destination));
  assert.equal(await sdk.value('conveyor_router_records_delivered'), 3);
});

test('a sink counts what a stream of the web has written', async () => {
  const sdk = collectSeries();
  const sink = createConveyor(sdk).sink({ sink_id: 'archive' });
  await ReadableStream.from([{ id: 1 }, [{ id: 2 }, { id: 3 }]]).pipeTo(sink.receiving(new WritableStream()));
  assert.equal(await sdk.value('conveyor_router_records_delivered'), 3);
});

test('a part of a set with constant attributes has those that are left', async () => {
  const { meterProvider, series } = collectSeries();
  const conveyor = createConveyor({ meterProvider, attributes: { pipeline_id: 'users', cluster: 'eu' } });
  conveyor.stage({ stage_id: 'filter' }).batch([1], () => {});
  assert.deepEqual(await series('conveyor_router_records_routed'), [
    { attributes: { pipeline_id: 'users', cluster: 'eu', stage_id: 'filter' }, value: 1 },
  ]);
});
