import { returnUndelivered } from '@flowmeter/engine';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createEngine } from './support/engine.ts';
import { spanOf, startContexts, stopContexts, within } from './support/spans.ts';

const SPAN = spanOf(1);

beforeEach(startContexts);

afterEach(stopContexts);

test('a delta has the exemplars of its interval only', async () => {
  const { meter, cumulative, delta, clock } = createEngine();
  const counter = meter.createCounter('i');
  within(SPAN, () => counter.add(1));
  clock.nowMs += 1000;
  assert.equal((await delta.timed())[0]?.exemplars?.length, 1);
  clock.nowMs += 1000;
  counter.add(1);
  clock.nowMs += 1000;
  assert.equal((await delta.timed())[0]?.exemplars, undefined);
  assert.equal((await cumulative.timed())[0]?.exemplars?.length, 1);
});

test('an exemplar is in one delta, though it was taken in the millisecond of the collection', async () => {
  const { meter, delta, clock } = createEngine();
  const counter = meter.createCounter('i');
  clock.nowMs += 1000;
  within(SPAN, () => counter.add(1));
  assert.equal((await delta.timed())[0]?.exemplars?.length, 1);
  clock.nowMs += 1000;
  counter.add(1);
  assert.equal((await delta.timed())[0]?.exemplars, undefined);
});

test('an exemplar that was taken after a collection, in the same millisecond, is in the next delta', async () => {
  const { meter, delta, clock } = createEngine();
  const counter = meter.createCounter('i');
  counter.add(1);
  await delta.timed();
  within(SPAN, () => counter.add(1));
  clock.nowMs += 1000;
  assert.equal((await delta.timed())[0]?.exemplars?.length, 1);
});

test('a delta that was given back brings its exemplars to the next one', async () => {
  const { meter, delta, clock } = createEngine();
  const counter = meter.createCounter('i');
  within(SPAN, () => counter.add(1));
  clock.nowMs += 1000;
  returnUndelivered((await delta.reader.collect()).resourceMetrics);
  clock.nowMs += 1000;
  const [point] = await delta.timed();
  assert.deepEqual([point?.value, point?.exemplars?.length], [1, 1]);
});

test('the last delta of a series that was removed has its exemplars', async () => {
  const { meter, delta, clock } = createEngine();
  const counter = meter.createCounter('i');
  within(SPAN, () => counter.add(1));
  counter.remove();
  clock.nowMs += 1000;
  assert.equal((await delta.timed())[0]?.exemplars?.length, 1);
});
