import type { ObservableResult } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEngine } from './support/engine.ts';

const SOON = { timeoutMillis: 5 };

// The engine's limit does not keep a process alive, so that the tests have to.
let alive: NodeJS.Timeout | undefined;

before(() => {
  alive = setInterval(() => {}, 1000);
});

after(() => clearInterval(alive));

test('a callback that hangs is given up after the limit, and costs its own observations only', async () => {
  const { meter, cumulative } = createEngine();
  const gauge = meter.createObservableGauge('i');
  gauge.addCallback(async (result) => {
    result.observe(1, { by: 'one that hangs' });
    await forever();
  });
  gauge.addCallback((result) => result.observe(2, { by: 'another' }));
  meter.createCounter('j').add(3);
  const { errors } = await cumulative.reader.collect(SOON);
  assert.deepEqual(errors.map(String), ['Error: a callback of i has not ended within 5 ms']);
  assert.deepEqual(await cumulative.points(SOON), [
    [{ by: 'another' }, 2],
    [{}, 3],
  ]);
});

test('callbacks that hang are given up together, not one after the other', async () => {
  const { meter, cumulative } = createEngine();
  for (let index = 0; index < 100; index += 1) meter.createObservableGauge(`i${index}`).addCallback(forever);
  const { errors } = await cumulative.reader.collect({ timeoutMillis: 50 });
  assert.equal(errors.length, 100);
});

test('a callback that hangs is not called again, which is an error in each collection', async () => {
  const { meter, cumulative, delta } = createEngine();
  let calls = 0;
  meter.createObservableGauge('i').addCallback(async () => {
    calls += 1;
    await forever();
  });
  await cumulative.reader.collect(SOON);
  for (const reader of [cumulative, delta]) {
    const { errors } = await reader.reader.collect(SOON);
    assert.deepEqual(errors.map(String), [
      'Error: a callback of i is still running since an earlier collection, and was not called',
    ]);
  }
  assert.equal(calls, 1);
});

test('a callback that has hung and then ends is called again, and its late observations count for nothing', async () => {
  const { meter, cumulative } = createEngine();
  const slow = Promise.withResolvers<void>();
  const results: ObservableResult[] = [];
  meter.createObservableGauge('i').addCallback(async (result) => {
    results.push(result);
    if (results.length > 1) return result.observe(2);
    await slow.promise;
    result.observe(99, { late: true });
  });
  assert.deepEqual(await cumulative.points(SOON), []);
  slow.resolve();
  await slow.promise;
  // The engine hears of it a few microtasks later.
  await new Promise(setImmediate);
  assert.deepEqual(await cumulative.points(SOON), [[{}, 2]]);
  assert.equal(results.length, 2);
});

test("a callback that has hung and then rejects is called again, and its error is nobody's", async () => {
  const { meter, cumulative } = createEngine();
  const slow = Promise.withResolvers<void>();
  let calls = 0;
  meter.createObservableGauge('i').addCallback(async (result) => {
    calls += 1;
    if (calls === 1) await slow.promise;
    result.observe(calls);
  });
  await cumulative.reader.collect(SOON);
  slow.reject(new Error('too late'));
  await new Promise(setImmediate);
  const { errors } = await cumulative.reader.collect(SOON);
  assert.deepEqual([errors, calls], [[], 2]);
});

test('a callback that takes its time within the limit is waited for', async () => {
  const { meter, cumulative } = createEngine();
  meter.createObservableGauge('i').addCallback(async (result) => {
    await new Promise(setImmediate);
    result.observe(1);
  });
  assert.deepEqual(await cumulative.points({ timeoutMillis: 60_000 }), [[{}, 1]]);
});

test('a callback may return anything that has a then', async () => {
  const { meter, cumulative } = createEngine();
  meter.createObservableGauge('i').addCallback((result) => {
    result.observe(1);
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
    return { then: (resolve: () => void) => resolve() } as unknown as Promise<void>;
  });
  assert.deepEqual(await cumulative.points(SOON), [[{}, 1]]);
});

test('a collection that begins while another one is under way calls no callback before it has ended', async () => {
  const { meter, cumulative, delta } = createEngine();
  let [running, most] = [0, 0];
  meter.createObservableCounter('i').addCallback(async (result) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    result.observe(1);
  });
  const collections = [cumulative, delta, cumulative].map(
    async (reader) => await reader.points({ timeoutMillis: 60_000 }),
  );
  assert.deepEqual(await Promise.all(collections), [[[{}, 1]], [[{}, 1]], [[{}, 1]]]);
  assert.equal(most, 1);
});

async function forever(): Promise<void> {
  await new Promise(() => {});
}
