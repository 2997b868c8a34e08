import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, type TestEngine } from './support/engine.ts';

const LIFE_MS = 60_000;

/** An engine whose series live for {@link LIFE_MS}. */
const mortal = (): TestEngine => createEngine({ views: [{ instrumentName: '*', timeToLiveMs: LIFE_MS }] });

test('a series that nothing is recorded in for its time to live disappears', async () => {
  const { meter, cumulative, clock } = mortal();
  meter.createCounter('i').add(1, { a: 1 });
  assert.deepEqual(await cumulative.points(), [[{ a: 1 }, 1]]);
  clock.nowMs += LIFE_MS - 1;
  assert.deepEqual(await cumulative.points(), [[{ a: 1 }, 1]]);
  clock.nowMs += 1;
  assert.deepEqual(await cumulative.points(), []);
});

test('a series that is recorded in stays, and others go', async () => {
  const { meter, cumulative, clock } = mortal();
  const counter = meter.createCounter('i');
  for (const id of ['touched', 'left']) counter.add(1, { id });
  await cumulative.points();
  for (let turn = 0; turn < 3; turn += 1) {
    clock.nowMs += LIFE_MS / 2;
    counter.add(1, { id: 'touched' });
    await cumulative.points();
  }
  assert.deepEqual(await cumulative.points(), [[{ id: 'touched' }, 4]]);
});

test('a gauge that is set to the same value again stays', async () => {
  const { meter, cumulative, clock } = mortal();
  const gauge = meter.createGauge('i');
  for (let turn = 0; turn < 3; turn += 1) {
    gauge.record(7);
    await cumulative.points();
    clock.nowMs += LIFE_MS - 1;
  }
  assert.deepEqual(await cumulative.points(), [[{}, 7]]);
});

test('a series that code has bound stays, whatever its age', async () => {
  const { meter, cumulative, clock } = mortal();
  const bound = meter.createCounter('i').bind({ a: 1 });
  bound.add(1);
  for (let turn = 0; turn < 3; turn += 1) {
    await cumulative.points();
    clock.nowMs += 10 * LIFE_MS;
  }
  bound.add(1);
  assert.deepEqual(await cumulative.points(), [[{ a: 1 }, 2]]);
});

test('a series whose time is over begins anew, with a new start time and value', async () => {
  const { meter, cumulative, clock } = mortal();
  const counter = meter.createCounter('i');
  counter.add(1);
  await cumulative.points();
  clock.nowMs += LIFE_MS;
  await cumulative.points();
  clock.nowMs += 1;
  counter.add(2);
  const [point] = await cumulative.timed();
  assert.deepEqual([point?.value, point?.startMs], [2, clock.nowMs]);
});

test('a delta that a reader has not taken yet outlives the series', async () => {
  const { meter, cumulative, delta, clock } = mortal();
  meter.createCounter('i').add(3);
  await cumulative.points();
  clock.nowMs += LIFE_MS;
  assert.deepEqual(await cumulative.points(), []);
  assert.deepEqual(await delta.points(), [[{}, 3]]);
  assert.deepEqual(await delta.points(), []);
});

test('a series whose time is over makes room for another one', async () => {
  const views = [{ instrumentName: '*', timeToLiveMs: LIFE_MS, aggregationCardinalityLimit: 1 }];
  const { meter, cumulative, delta, clock } = createEngine({ views });
  const counter = meter.createCounter('i');
  for (const id of [1, 2, 3]) {
    counter.add(id, { id });
    assert.deepEqual(await cumulative.points(), [[{ id }, id]]);
    assert.deepEqual(await delta.points(), [[{ id }, id]]);
    clock.nowMs += LIFE_MS;
    await cumulative.points();
  }
});

test('the overflow point has no time to live', async () => {
  const views = [{ instrumentName: '*', timeToLiveMs: LIFE_MS, aggregationCardinalityLimit: 1 }];
  const { meter, cumulative, clock } = createEngine({ views });
  const counter = meter.createCounter('i');
  for (const id of [1, 2]) counter.add(id, { id });
  for (let turn = 0; turn < 3; turn += 1) {
    await cumulative.points();
    clock.nowMs += LIFE_MS;
  }
  assert.deepEqual(await cumulative.points(), [[{ 'otel.metric.overflow': true }, 2]]);
});

test('series live for ever where no view says otherwise', async () => {
  const { meter, cumulative, clock } = createEngine({ views: [{ instrumentName: 'other', timeToLiveMs: 1 }] });
  meter.createCounter('i').add(1);
  for (let turn = 0; turn < 3; turn += 1) {
    assert.deepEqual(await cumulative.points(), [[{}, 1]]);
    clock.nowMs += 1e9;
  }
});

test('a clock that goes back ends no series', async () => {
  const { meter, cumulative, clock } = mortal();
  meter.createCounter('i').add(1);
  await cumulative.points();
  clock.nowMs -= 10 * LIFE_MS;
  assert.deepEqual(await cumulative.points(), [[{}, 1]]);
});
