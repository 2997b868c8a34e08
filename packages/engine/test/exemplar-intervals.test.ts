import { returnUndelivered } from '@flowmeter/engine';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createEngine, type TimedPoint } from './support/engine.ts';
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

test('an exemplar of a series that was removed is for the next delta, and not for the series after it', async () => {
  const { meter, cumulative, delta, clock } = createEngine();
  const histogram = meter.createHistogram('i', { advice: { explicitBucketBoundaries: [10] } });
  within(SPAN, () => histogram.record(5, { a: 1 }));
  clock.nowMs += 1000;
  histogram.remove({ a: 1 });
  histogram.record(50, { a: 1 });
  clock.nowMs += 1000;
  assert.deepEqual(valuesOf(await delta.timed()), [[5]]);
  assert.deepEqual(valuesOf(await cumulative.timed()), [[]]);
  within(SPAN, () => histogram.record(60, { a: 1 }));
  assert.deepEqual(valuesOf(await delta.timed()), [[60]]);
  assert.deepEqual(valuesOf(await cumulative.timed()), [[60]]);
});

test('a delta of a series that was removed and began anew has the latest exemplar of each bucket', async () => {
  const { meter, cumulative, delta } = createEngine();
  const histogram = meter.createHistogram('i', { advice: { explicitBucketBoundaries: [10] } });
  for (const value of [5, 50]) within(SPAN, () => histogram.record(value));
  histogram.remove();
  within(SPAN, () => histogram.record(6));
  assert.deepEqual(valuesOf(await delta.timed()), [[6, 50]]);
  assert.deepEqual(valuesOf(await cumulative.timed()), [[6]]);
});

test('exemplars of series that left for want of room are for the delta of the overflow, and not for its total', async () => {
  const { meter, cumulative, delta } = createEngine({
    views: [{ instrumentName: 'i', aggregationCardinalityLimit: 1 }],
  });
  const counter = meter.createCounter('i');
  for (const id of [1, 2]) {
    within(SPAN, () => counter.add(id, { id }));
    counter.remove({ id });
  }
  for (const id of [3, 4]) counter.add(10, { id });
  const points = await cumulative.timed();
  assert.deepEqual(valuesOf(points), [[], []]);
  const all = valuesOf(await delta.timed());
  assert.deepEqual(
    all.flat().toSorted((a, b) => a - b),
    [1, 2],
  );
});

/** The values of the exemplars of each point. */
function valuesOf(points: readonly TimedPoint[]): readonly (readonly number[])[] {
  return points.map(({ exemplars = [] }) => exemplars.map(({ value }) => value));
}
