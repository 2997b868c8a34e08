import type { BatchObservableCallback, Observable, ObservableCallback, ObservableResult } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine, namesOf } from './support/engine.ts';

const one: ObservableCallback = (result) => result.observe(1);

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

test('a callback is called once a collection, synchronous or not', async () => {
  const { meter, cumulative } = createEngine();
  let calls = 0;
  meter.createObservableCounter('i').addCallback((result) => result.observe((calls += 1), { as: 'sync' }));
  meter.createObservableCounter('j').addCallback(async (result) => {
    await Promise.resolve();
    result.observe(calls, { as: 'async' });
  });
  for (const expected of [1, 2, 3]) {
    assert.deepEqual(await cumulative.points(), [
      [{ as: 'sync' }, expected],
      [{ as: 'async' }, expected],
    ]);
  }
});

test('a callback that is removed is not called any more', async () => {
  const { meter, cumulative } = createEngine();
  const gauge = meter.createObservableGauge('i');
  gauge.addCallback(one);
  assert.deepEqual(await cumulative.points(), [[{}, 1]]);
  gauge.removeCallback(one);
  gauge.removeCallback(one);
  assert.deepEqual(await cumulative.points(), []);
});

test('a callback that is added twice is called once, and removed at once', async () => {
  const { meter, cumulative } = createEngine();
  const gauge = meter.createObservableGauge('i');
  let calls = 0;
  const counting: ObservableCallback = (result) => result.observe((calls += 1));
  gauge.addCallback(counting);
  gauge.addCallback(counting);
  assert.deepEqual(await cumulative.points(), [[{}, 1]]);
  gauge.removeCallback(counting);
  assert.deepEqual(await cumulative.points(), []);
});

test('a callback of two instruments is called for each', async () => {
  const { meter, cumulative } = createEngine();
  for (const name of ['i', 'j']) meter.createObservableGauge(name).addCallback(one);
  assert.deepEqual(namesOf(await cumulative.metrics()), ['i', 'j']);
});

test('what is no function is not called, and is an error in the log', async () => {
  const { meter, cumulative } = createEngine();
  const gauge = meter.createObservableGauge('i');
  gauge.addCallback(undefined as unknown as ObservableCallback);
  meter.addBatchObservableCallback('no' as unknown as BatchObservableCallback, [gauge]);
  const { errors } = await cumulative.reader.collect();
  assert.deepEqual([errors, reports.length], [[], 2]);
});

test('of two observations with the same attributes the last one counts, in whatever order they are', async () => {
  const { meter, cumulative } = createEngine();
  const gauge = meter.createObservableGauge('i');
  gauge.addCallback((result) => {
    result.observe(1, { a: 1, b: 2 });
    result.observe(2, { b: 2, a: 1 });
  });
  assert.deepEqual(await cumulative.points(), [[{ a: 1, b: 2 }, 2]]);
  gauge.addCallback((result) => result.observe(3, { a: 1, b: 2 }));
  assert.deepEqual(await cumulative.points(), [[{ a: 1, b: 2 }, 3]]);
});

test('what was not observed in this collection is not reported', async () => {
  const { meter, cumulative, delta } = createEngine();
  let ids: readonly number[] = [1, 2];
  meter.createObservableUpDownCounter('i').addCallback((result) => {
    for (const id of ids) result.observe(id, { id });
  });
  for (const now of [[1, 2], [2], [], [1]]) {
    ids = now;
    for (const reader of [cumulative, delta]) {
      assert.deepEqual(
        (await reader.points()).map(([{ id }]) => id),
        now,
      );
    }
  }
});

test('observations are for the reader that collects only', async () => {
  const { meter, cumulative, delta } = createEngine();
  let total = 0;
  meter.createObservableCounter('i').addCallback((result) => result.observe((total += 10)));
  assert.deepEqual(await cumulative.points(), [[{}, 10]]);
  assert.deepEqual(await delta.points(), [[{}, 20]]);
  assert.deepEqual(await cumulative.points(), [[{}, 30]]);
  assert.deepEqual(await delta.points(), [[{}, 20]]);
});

test('the attributes of an observation are its own, whatever becomes of the object', async () => {
  const { meter, cumulative } = createEngine();
  meter.createObservableGauge('i').addCallback((result) => {
    const attributes = { id: 0 };
    for (const id of [1, 2]) result.observe(id, Object.assign(attributes, { id }));
  });
  assert.deepEqual(await cumulative.points(), [
    [{ id: 1 }, 1],
    [{ id: 2 }, 2],
  ]);
});

for (const [how, fail] of [
  ['throws', () => raise()],
  ['rejects', async () => await Promise.reject(new Error('no'))],
] as const) {
  test(`a callback that ${how} costs its own observations, and is in the errors`, async () => {
    const { meter, cumulative } = createEngine();
    const gauge = meter.createObservableGauge('i');
    const batch: readonly Observable[] = [meter.createObservableGauge('j')];
    gauge.addCallback((result) => {
      result.observe(1, { by: 'one that fails' });
      return fail();
    });
    gauge.addCallback((result) => result.observe(2, { by: 'another' }));
    meter.addBatchObservableCallback(
      (result) => {
        for (const observable of batch) result.observe(observable, 3);
        return fail();
      },
      [...batch],
    );
    meter.createCounter('k').add(4);
    const { errors } = await cumulative.reader.collect();
    assert.deepEqual(errors, [new Error('no'), new Error('no')]);
    assert.deepEqual(await cumulative.points(), [
      [{ by: 'another' }, 2],
      [{}, 4],
    ]);
  });
}

test("what a callback observes after it has ended is nobody's", async () => {
  const { meter, cumulative } = createEngine();
  const kept: ObservableResult[] = [];
  meter.createObservableGauge('i').addCallback((result) => {
    kept.push(result);
    result.observe(1);
  });
  await cumulative.points();
  for (const result of kept) result.observe(99, { late: true });
  assert.deepEqual(await cumulative.points(), [[{}, 1]]);
});

test('a callback may add and remove callbacks', async () => {
  const { meter, cumulative } = createEngine();
  const gauge = meter.createObservableGauge('i');
  const first: ObservableCallback = (result) => {
    result.observe(1, { by: 'first' });
    gauge.removeCallback(first);
    gauge.addCallback((next) => next.observe(2, { by: 'second' }));
  };
  gauge.addCallback(first);
  assert.deepEqual(await cumulative.points(), [[{ by: 'first' }, 1]]);
  assert.deepEqual(await cumulative.points(), [[{ by: 'second' }, 2]]);
});

function raise(): never {
  throw new Error('no');
}
