import type { EngineCounter } from '@flowmeter/engine';
import { createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from './support/engine.ts';

const SET = { a: 1, b: 2 };

/** The ways to end the series of {@link SET}. */
const removals: readonly (readonly [string, (counter: EngineCounter) => void])[] = [
  ['by its attributes', (counter) => counter.remove({ b: 2, a: 1 })],
  ['by its handle', (counter) => counter.bind(SET).remove()],
];

for (const [how, remove] of removals) {
  test(`a series that is removed ${how} disappears for a cumulative reader, and no other does`, async () => {
    const { meter, cumulative } = createEngine();
    const counter = meter.createCounter('i');
    for (const attributes of [SET, { a: 1 }, {}]) counter.add(1, attributes);
    remove(counter);
    assert.deepEqual(await cumulative.points(), [
      [{ a: 1 }, 1],
      [{}, 1],
    ]);
  });

  test(`a delta reader gets the last delta of a series that was removed ${how}, and nothing after it`, async () => {
    const { meter, delta } = createEngine();
    const counter = meter.createCounter('i');
    counter.add(1, SET);
    await delta.points();
    counter.add(2, SET);
    remove(counter);
    assert.deepEqual(await delta.points(), [[SET, 2]]);
    assert.deepEqual(await delta.points(), []);
  });

  test(`a series that is removed ${how} begins anew, with a new start time and value`, async () => {
    const { meter, cumulative, clock } = createEngine();
    const counter = meter.createCounter('i');
    counter.add(1, SET);
    await cumulative.points();
    remove(counter);
    clock.nowMs += 5000;
    counter.add(2, SET);
    const [point, ...others] = await cumulative.timed();
    assert.deepEqual([point?.value, point?.startMs, others], [2, clock.nowMs, []]);
  });

  test(`removing ${how} what was never recorded does nothing`, async () => {
    const { meter, cumulative, delta } = createEngine();
    const counter = meter.createCounter('i');
    remove(counter);
    remove(counter);
    counter.add(1, { a: 1 });
    assert.deepEqual(await cumulative.points(), [[{ a: 1 }, 1]]);
    assert.deepEqual(await delta.points(), [[{ a: 1 }, 1]]);
  });
}

test('what is recorded before and after a removal within one interval is one delta', async () => {
  const { meter, cumulative, delta } = createEngine();
  const counter = meter.createCounter('i');
  counter.add(1, SET);
  counter.remove(SET);
  counter.add(2, SET);
  assert.deepEqual(await cumulative.points(), [[SET, 2]]);
  assert.deepEqual(await delta.points(), [[SET, 3]]);
});

test('removal works for a gauge and a histogram as for a counter', async () => {
  const { meter, cumulative, delta } = createEngine();
  const gauge = meter.createGauge('g');
  const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [10] } });
  gauge.record(7);
  histogram.record(7);
  gauge.remove();
  histogram.remove();
  assert.deepEqual(await cumulative.metrics(), []);
  const last = { sum: 7, min: 7, max: 7, counts: [1, 0] };
  assert.deepEqual(await delta.points(), [
    [{}, 7],
    [{}, last],
  ]);
  histogram.record(8);
  assert.deepEqual(await cumulative.points(), [[{}, { sum: 8, min: 8, max: 8, counts: [1, 0] }]]);
});

test('all handles of a removed series record into the one that takes its place', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  const handles = [counter.bind(SET), counter.bind(SET), counter.bind({ b: 2, a: 1 })];
  for (const handle of handles) handle.add(100);
  handles[0]?.remove();
  for (const handle of handles) handle.add(1);
  counter.add(1, SET);
  counter.positional('a', 'b')(1, 2, 1);
  assert.deepEqual(await cumulative.points(), [[SET, 5]]);
});

test('a removed series takes nothing from a series that takes its place in the store', async () => {
  const { meter, cumulative, delta } = createEngine();
  const counter = meter.createCounter('i');
  const handle = counter.bind(SET);
  handle.add(1);
  await delta.points();
  handle.remove();
  counter.add(10, { other: true });
  handle.add(2);
  assert.deepEqual(await cumulative.points(), [
    [{ other: true }, 10],
    [SET, 2],
  ]);
});

test('removal knows attributes as a view leaves them', async () => {
  const attributesProcessors = [createAllowListAttributesProcessor(['a'])];
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', attributesProcessors }] });
  const counter = meter.createCounter('i');
  counter.add(1, SET);
  counter.remove({ a: 1, b: 'anything' });
  assert.deepEqual(await cumulative.metrics(), []);
});

test('removal reaches every stream of the instrument', async () => {
  const views = [
    { instrumentName: 'i', name: 'j' },
    { instrumentName: 'i', name: 'k', attributesProcessors: [createAllowListAttributesProcessor(['a'])] },
  ];
  const { meter, cumulative } = createEngine({ views });
  const counter = meter.createCounter('i');
  counter.add(1, SET);
  counter.bind(SET).remove();
  assert.deepEqual(await cumulative.metrics(), []);
});

test('a handle whose series was removed removes the one that has begun since', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  const handle = counter.bind(SET);
  handle.remove();
  counter.add(1, SET);
  handle.remove();
  assert.deepEqual(await cumulative.metrics(), []);
});

test('a series that ends twice within one interval is one point of the delta', async () => {
  const { meter, delta } = createEngine();
  const counter = meter.createCounter('i');
  for (const value of [1, 2]) {
    counter.add(value, SET);
    counter.remove(SET);
  }
  assert.deepEqual(await delta.points(), [[SET, 3]]);
});
