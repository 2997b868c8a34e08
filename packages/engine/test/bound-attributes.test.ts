import type { ViewOptions } from '@flowmeter/engine';
import { type Attributes } from '@opentelemetry/api';
import { createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from './support/engine.ts';

test('equal sets share a series, bound or not, in whatever order their attributes are', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  counter.bind({ a: 1, b: [2], c: 'x' }).add(1);
  counter.bind({ c: 'x', a: 1, b: [2] }).add(10);
  counter.add(100, { b: [2], c: 'x', a: 1 });
  counter.add(1000, { a: 1, b: [2], c: 'x', d: undefined });
  counter.positional('c', 'b', 'a')('x', [2], 1, 10_000);
  assert.deepEqual(await cumulative.points(), [[{ a: 1, b: [2], c: 'x' }, 11_111]]);
});

test('sets that differ in the type of a value alone are different series', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  for (const [index, a] of [1, '1', true, 'true', ['1'], [1], '["1"]', 0, false, ''].entries()) {
    counter.bind({ a }).add(index);
    counter.add(index, { a });
  }
  assert.deepEqual(
    (await cumulative.points()).map(([, value]) => value),
    [0, 2, 4, 6, 8, 10, 12, 14, 16, 18],
  );
});

test('what becomes of the attributes after they are bound changes nothing', async () => {
  const { meter, cumulative } = createEngine();
  const attributes: { list: number[]; plain: string; added?: string } = { list: [1], plain: 'before' };
  const bound = meter.createCounter('i').bind(attributes);
  bound.add(1);
  attributes.list.push(2);
  attributes.plain = 'after';
  attributes.added = 'x';
  bound.add(1);
  bound.remove();
  bound.add(1);
  assert.deepEqual(await cumulative.points(), [[{ list: [1], plain: 'before' }, 1]]);
});

test('a view has its say when attributes are bound, and its processors are not asked again', async () => {
  let calls = 0;
  const counting = {
    process(incoming: Attributes): Attributes {
      calls += 1;
      return incoming;
    },
  };
  const attributesProcessors = [createAllowListAttributesProcessor(['kept']), counting];
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', attributesProcessors }] });
  const bound = meter.createCounter('i').bind({ kept: 1, left: 2 });
  for (let call = 0; call < 3; call += 1) bound.add(1);
  assert.deepEqual(await cumulative.points(), [[{ kept: 1 }, 3]]);
  assert.equal(calls, 1);
});

test('a bound instrument records into all streams that views make', async () => {
  const views: ViewOptions[] = [
    { instrumentName: 'i', name: 'all' },
    { instrumentName: 'i', name: 'none', attributesProcessors: [createAllowListAttributesProcessor([])] },
  ];
  const { meter, cumulative } = createEngine({ views });
  const bound = meter.createCounter('i').bind({ a: 1 });
  bound.add(1);
  bound.add(Number.NaN);
  assert.equal(bound.enabled(), true);
  assert.deepEqual(await cumulative.points(), [
    [{ a: 1 }, 1],
    [{}, 1],
  ]);
  const [[, count] = []] = await cumulative.self('flowmeter.engine.dropped_measurements');
  assert.equal(count, 1);
});

for (const limit of [1, 2, 8, 20]) {
  test(`a series with ${limit} attributes is found in whatever order they come`, async () => {
    const { meter, cumulative } = createEngine();
    const counter = meter.createCounter('i');
    const entries = Array.from({ length: limit }, (_, index) => [`key${index}`, index] as const);
    for (let turn = 0; turn < limit; turn += 1) {
      const rotated = Object.fromEntries([...entries.slice(turn), ...entries.slice(0, turn)]);
      counter.add(1, rotated);
      counter.bind(rotated).add(1);
    }
    assert.deepEqual(await cumulative.points(), [[Object.fromEntries(entries), 2 * limit]]);
  });
}

for (const [what, timeToLiveMs] of [
  ['for ever', undefined],
  ['for a while', 1000],
] as const) {
  test(`a handle goes to the series of its own set and of no similar one, where series live ${what}`, async () => {
    const views = timeToLiveMs === undefined ? [] : [{ instrumentName: 'i', timeToLiveMs }];
    const { meter, cumulative } = createEngine({ views });
    const counter = meter.createCounter('i');
    const similar: readonly unknown[] = [Number.NaN, null, Infinity, -Infinity, 'NaN', 'null', 0, '0', [1], '[1]'];
    const handles = similar.map((a) => counter.bind({ a }));
    for (const handle of handles) {
      handle.add(1);
      handle.remove();
    }
    for (const [index, a] of similar.toReversed().entries()) counter.add(1000 * (index + 1), { a });
    for (const [index, handle] of handles.entries()) handle.add(index);
    assert.deepEqual(
      (await cumulative.points()).map(([{ a }, value]) => [a, value]),
      similar.map((a, index) => [a, 1000 * (similar.length - index) + index]).toReversed(),
    );
  });
}

test('a handle of -0 goes to the series of 0', async () => {
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', timeToLiveMs: 1000 }] });
  const counter = meter.createCounter('i');
  const handle = counter.bind({ a: -0 });
  handle.add(1);
  handle.remove();
  counter.add(10, { a: 0 });
  handle.add(5);
  assert.deepEqual(await cumulative.points(), [[{ a: 0 }, 15]]);
});
