import type { Attributes } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createEngine, type TestReader } from './support/engine.ts';
import { spanOf, startContexts, stopContexts, within } from './support/spans.ts';

const LIFE_MS = 10;

beforeEach(startContexts);

afterEach(stopContexts);

test('a series ends as its own, though a consumer has sorted a list in its data point', async () => {
  const { meter, cumulative, clock } = createEngine({ views: [{ instrumentName: 'i', timeToLiveMs: LIFE_MS }] });
  const counter = meter.createCounter('i');
  counter.add(1, { tags: ['b', 'a'] });
  sort((await attributesOf(cumulative))[0]?.['tags']);
  clock.nowMs += LIFE_MS;
  await cumulative.points();
  counter.add(1, { other: 1 });
  counter.add(100, { tags: ['b', 'a'] });
  assert.deepEqual(await cumulative.points(), [
    [{ other: 1 }, 1],
    [{ tags: ['b', 'a'] }, 100],
  ]);
});

test('a removed series is gone, though a consumer has changed lists in its data point, nested ones included', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  const attributes = { nested: [['b', 'a']] } as unknown as Attributes;
  counter.add(1, attributes);
  const [nested] = Object.values((await attributesOf(cumulative))[0] ?? {});
  if (Array.isArray(nested)) sort(nested[0]);
  counter.remove(attributes);
  assert.deepEqual(await cumulative.points(), []);
});

test('each reader has its own lists in data points', async () => {
  const { meter, cumulative, delta } = createEngine();
  meter.createCounter('i').add(1, { tags: ['b', 'a'] });
  sort((await attributesOf(cumulative))[0]?.['tags']);
  assert.deepEqual(await attributesOf(delta), [{ tags: ['b', 'a'] }]);
  assert.deepEqual(await attributesOf(cumulative), [{ tags: ['b', 'a'] }]);
});

test('each reader has its own filtered attributes in exemplars', async () => {
  const process = (): Attributes => ({});
  const views = [{ instrumentName: 'i', attributesProcessors: [{ process }] }];
  const { meter, cumulative, delta } = createEngine({ views });
  within(spanOf(1), () => meter.createCounter('i').add(1, { left: 1, out: ['b', 'a'] }));
  const filtered = (await cumulative.timed())[0]?.exemplars?.[0]?.filteredAttributes ?? {};
  sort(filtered['out']);
  filtered['left'] = 'changed';
  for (const reader of [cumulative, delta]) {
    const [point] = await reader.timed();
    assert.deepEqual(point?.exemplars?.[0]?.filteredAttributes, { left: 1, out: ['b', 'a'] });
  }
});

async function attributesOf(reader: TestReader): Promise<readonly Attributes[]> {
  return (await reader.points()).map(([attributes]) => attributes);
}

/** In place, as a consumer may that wants lists in one order. */
function sort(list: unknown): void {
  assert.ok(Array.isArray(list));
  // oxlint-disable-next-line unicorn/no-array-sort, typescript/require-array-sort-compare -- This is what is tested.
  list.sort();
}
