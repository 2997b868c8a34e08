import { MeterProvider, type EngineMeter } from '@flowmeter/engine';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, TestReader } from './support/engine.ts';
import { ManualReader } from './support/manual-reader.ts';
import { readSeries, SeriesReader } from './support/series-reader.ts';

/** From when to when the points of a collection are. */
async function timesOf(reader: TestReader): Promise<readonly (readonly [startMs: number, endMs: number])[]> {
  return (await reader.timed()).map(({ startMs, endMs }) => [startMs, endMs]);
}

test('a cumulative series begins with its first measurement, and keeps its start', async () => {
  const { meter, cumulative, clock } = createEngine();
  const counter = meter.createCounter('i');
  clock.nowMs = 2_000_000;
  counter.add(1, { id: 1 });
  clock.nowMs = 3_000_000;
  counter.add(1, { id: 2 });
  for (const nowMs of [4_000_000, 5_000_000]) {
    clock.nowMs = nowMs;
    assert.deepEqual(await timesOf(cumulative), [
      [2_000_000, nowMs],
      [3_000_000, nowMs],
    ]);
  }
});

test('a cumulative series that is bound begins when it is bound', async () => {
  const { meter, cumulative, clock } = createEngine();
  clock.nowMs = 2_000_000;
  const bound = meter.createCounter('i').bind();
  clock.nowMs = 3_000_000;
  bound.add(1, ROOT_CONTEXT);
  assert.deepEqual(await timesOf(cumulative), [[2_000_000, 3_000_000]]);
});

test('the overflow point begins with the first measurement beyond the limit', async () => {
  const { meter, cumulative, clock } = createEngine({
    views: [{ instrumentName: 'i', aggregationCardinalityLimit: 1 }],
  });
  const counter = meter.createCounter('i');
  counter.add(1, { id: 1 });
  clock.nowMs = 2_000_000;
  counter.add(1, { id: 2 });
  clock.nowMs = 3_000_000;
  assert.deepEqual(await timesOf(cumulative), [
    [1_000_000, 3_000_000],
    [2_000_000, 3_000_000],
  ]);
});

test('the first delta is from the creation of the instrument, for all series', async () => {
  const { meter, delta, clock } = createEngine();
  clock.nowMs = 1_500_000;
  await delta.points();
  clock.nowMs = 2_000_000;
  const counter = meter.createCounter('i');
  clock.nowMs = 3_000_000;
  for (const id of [1, 2]) counter.add(1, { id });
  clock.nowMs = 4_000_000;
  assert.deepEqual(await timesOf(delta), [
    [2_000_000, 4_000_000],
    [2_000_000, 4_000_000],
  ]);
});

test('each delta begins where the collection before it ended, whether that had data or not', async () => {
  const { meter, delta, clock } = createEngine();
  const counter = meter.createCounter('i');
  for (const [nowMs, startMs] of [
    [2_000_000, 1_000_000],
    [3_000_000, undefined],
    [4_000_000, 3_000_000],
    [5_000_000, 4_000_000],
  ] as const) {
    clock.nowMs = nowMs;
    if (startMs !== undefined) counter.add(1, { new: nowMs });
    assert.deepEqual(await timesOf(delta), startMs === undefined ? [] : [[startMs, nowMs]]);
  }
});

test('what another reader collects changes no start', async () => {
  const { meter, cumulative, delta, clock } = createEngine();
  const counter = meter.createCounter('i');
  counter.add(1);
  clock.nowMs = 2_000_000;
  await cumulative.points();
  clock.nowMs = 3_000_000;
  assert.deepEqual(await timesOf(delta), [[1_000_000, 3_000_000]]);
  assert.deepEqual(await timesOf(cumulative), [[1_000_000, 3_000_000]]);
});

test('a series that is recorded after it was asked for began when that was, for all readers', async () => {
  const { meter, asked, cumulative, clock } = createAsked();
  const counter = meter.createCounter('i');
  clock.nowMs = 2_000_000;
  counter.add(1);
  clock.nowMs = 2_000_500;
  assert.deepEqual(await asked(1500.5), [1_998_999]);
  assert.deepEqual(await asked(0), [1_998_999]);
  assert.deepEqual(await timesOf(cumulative), [[1_998_999, 2_000_500]]);
});

test('a series that is recorded while its collection waits for callbacks began no later than that', async () => {
  const { meter, asked, clock } = createAsked();
  const counter = meter.createCounter('i');
  meter.createObservableGauge('callbacks').addCallback(async () => {
    clock.nowMs = 3_000_000;
    counter.add(1);
  });
  clock.nowMs = 2_000_000;
  assert.deepEqual(await asked(0), [2_000_000]);
});

test('a series that was recorded before it was asked for keeps its start', async () => {
  const { meter, asked, clock } = createAsked();
  const counter = meter.createCounter('i');
  clock.nowMs = 2_000_000;
  counter.add(1);
  clock.nowMs = 3_000_000;
  assert.deepEqual(await asked(1_000_000), [2_000_000]);
});

test('a series that was collected keeps its start, however long ago it was asked for', async () => {
  const { meter, asked, cumulative, clock } = createAsked();
  const counter = meter.createCounter('i');
  clock.nowMs = 2_000_000;
  counter.add(1);
  await cumulative.points();
  clock.nowMs = 2_000_500;
  assert.deepEqual(await asked(1000), [2_000_000]);
});

test('no series began before its instrument', async () => {
  const { meter, asked, clock } = createAsked();
  clock.nowMs = 2_000_000;
  meter.createCounter('i').add(1);
  assert.deepEqual(await asked(1000), [2_000_000]);
});

test('a series did not begin after it was asked for, though others have collected and not found it meanwhile', async () => {
  const { meter, asked, cumulative, clock } = createAsked();
  const counter = meter.createCounter('i');
  const bound = counter.bind({ id: 2 });
  clock.nowMs = 2_000_000;
  await cumulative.points();
  clock.nowMs = 2_000_100;
  counter.add(1, { id: 1 });
  bound.add(1);
  clock.nowMs = 2_000_200;
  assert.deepEqual(await asked(1000), [1_999_200, 1_999_200]);
});

test('a series of an observable begins with the instrument if it is in the first collection, and keeps its start', async () => {
  const { meter, cumulative, clock } = createEngine();
  clock.nowMs = 1_500_000;
  meter.createObservableGauge('i').addCallback((result) => result.observe(1));
  for (const nowMs of [2_000_000, 3_000_000]) {
    clock.nowMs = nowMs;
    assert.deepEqual(await timesOf(cumulative), [[1_500_000, nowMs]]);
  }
});

test('a series of an observable that is created between collections begins with the instrument', async () => {
  const { meter, cumulative, clock } = createEngine();
  await cumulative.points();
  clock.nowMs = 2_000_000;
  meter.createObservableGauge('i').addCallback((result) => result.observe(1));
  clock.nowMs = 3_000_000;
  assert.deepEqual(await timesOf(cumulative), [[2_000_000, 3_000_000]]);
});

test('a series of an observable that comes later begins with the collection before it', async () => {
  const { meter, cumulative, clock } = createEngine();
  const ids = [1];
  meter.createObservableGauge('i').addCallback((result) => {
    for (const id of ids) result.observe(1, { id });
  });
  clock.nowMs = 2_000_000;
  await cumulative.points();
  ids.push(2);
  clock.nowMs = 3_000_000;
  assert.deepEqual(await timesOf(cumulative), [
    [1_000_000, 3_000_000],
    [2_000_000, 3_000_000],
  ]);
});

test('the overflow point of an observable begins like any of its series', async () => {
  const { meter, cumulative, clock } = createEngine({
    views: [{ instrumentName: 'i', aggregationCardinalityLimit: 1 }],
  });
  meter.createObservableGauge('i').addCallback((result) => {
    for (const id of [1, 2]) result.observe(1, { id });
  });
  clock.nowMs = 2_000_000;
  assert.deepEqual(await timesOf(cumulative), [
    [1_000_000, 2_000_000],
    [1_000_000, 2_000_000],
  ]);
});

test('the deltas of an observable adjoin', async () => {
  const { meter, delta, clock } = createEngine();
  meter.createObservableCounter('i').addCallback((result) => result.observe(clock.nowMs));
  for (const [startMs, nowMs] of [
    [1_000_000, 2_000_000],
    [2_000_000, 3_000_000],
  ] as const) {
    clock.nowMs = nowMs;
    assert.deepEqual(await timesOf(delta), [[startMs, nowMs]]);
  }
});

test('an observable total that only grows and has become smaller has begun anew since the collection before', async () => {
  const { meter, cumulative, delta, clock } = createEngine();
  let total = 100;
  meter.createObservableCounter('i').addCallback((result) => result.observe(total));
  clock.nowMs = 2_000_000;
  for (const reader of [cumulative, delta]) await reader.points();
  total = 30;
  clock.nowMs = 3_000_000;
  assert.deepEqual(await cumulative.timed(), [
    { attributes: {}, value: 30, startMs: 2_000_000, endMs: 3_000_000, exemplars: undefined },
  ]);
  assert.deepEqual(await delta.points(), [[{}, 30]]);
  clock.nowMs = 4_000_000;
  assert.deepEqual(await timesOf(cumulative), [[2_000_000, 4_000_000]]);
  assert.deepEqual(await delta.points(), [[{}, 0]]);
});

for (const kind of ['createObservableUpDownCounter', 'createObservableGauge'] as const) {
  test(`a value of ${kind} that becomes smaller is no new beginning`, async () => {
    const { meter, cumulative, clock } = createEngine();
    let value = 100;
    meter[kind]('i').addCallback((result) => result.observe(value));
    clock.nowMs = 2_000_000;
    await cumulative.points();
    value = 30;
    clock.nowMs = 3_000_000;
    assert.deepEqual(await timesOf(cumulative), [[1_000_000, 3_000_000]]);
  });
}

test('an overflow total that has become smaller because observations are gone has begun anew', async () => {
  const { meter, cumulative, clock } = createEngine({
    views: [{ instrumentName: 'i', aggregationCardinalityLimit: 1 }],
  });
  const ids = [1, 2, 3];
  meter.createObservableCounter('i').addCallback((result) => {
    for (const id of ids) result.observe(10, { id });
  });
  for (const nowMs of [2_000_000, 3_000_000]) {
    clock.nowMs = nowMs;
    await cumulative.points();
  }
  ids.pop();
  clock.nowMs = 4_000_000;
  const [, overflow] = await cumulative.timed();
  assert.deepEqual([overflow?.value, overflow?.startMs], [10, 3_000_000]);
});

/** An engine whose series are read where they are, as one asks who has begun some milliseconds ago: when each began. */
function createAsked(): {
  readonly meter: EngineMeter;
  readonly asked: (askedMsAgo: number) => Promise<readonly number[]>;
  readonly cumulative: TestReader;
  readonly clock: { nowMs: number };
} {
  const clock = { nowMs: 1_000_000 };
  const reader = new SeriesReader();
  const cumulative = new TestReader(new ManualReader());
  const provider = new MeterProvider({ readers: [reader, cumulative.reader], now: () => clock.nowMs });
  const asked = async (askedMsAgo: number): Promise<readonly number[]> =>
    readSeries(await reader.collectSeries({ askedMsAgo })).map(({ startMs }) => startMs);
  return { meter: provider.getMeter('test'), asked, cumulative, clock };
}
