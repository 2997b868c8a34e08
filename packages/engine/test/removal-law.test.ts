import type { EngineCounter } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, type TestReader } from './support/engine.ts';
import { fc, holds } from './support/properties.ts';

/** What is done to a series, which is a number here. */
interface Act {
  readonly do: 'add' | 'add bound' | 'add by position' | 'remove' | 'remove bound' | 'collect' | 'collect delta';
  readonly series: number;
  /** In which order its attributes come. */
  readonly order: readonly string[];
}

const KEYS = ['a', 'b', 'c', 'd'];

/** As many series as the counter has, of different lengths. */
const SERIES: readonly Attributes[] = [
  {},
  { a: 1 },
  { a: 1, b: 2 },
  { a: 1, b: 2, c: 3, d: 4 },
  { d: 4, c: 3, b: 2, a: 0 },
];

const acts = fc.array(
  fc.record<Act>(
    {
      do: fc.constantFrom('add', 'add bound', 'add by position', 'remove', 'remove bound', 'collect', 'collect delta'),
      series: fc.nat(SERIES.length - 1),
      order: fc.shuffledSubarray(KEYS, { minLength: KEYS.length }),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 60 },
);

test('series that end and begin in any order have the sums since they began, and lose nothing of their deltas', async () => {
  await holds(acts, 3000, async (program) => {
    const { meter, cumulative, delta } = createEngine();
    const counter = meter.createCounter('i');
    const handles = SERIES.map((attributes) => counter.bind(attributes));
    const [living, all, delivered] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
    let amount = 0;
    for (const act of program) {
      const key = canonical(SERIES[act.series] ?? {});
      if (act.do.startsWith('add')) {
        amount += 1;
        addTo(counter, handles, act, amount);
        for (const sums of [living, all]) sums.set(key, (sums.get(key) ?? 0) + amount);
      } else if (act.do === 'remove') {
        counter.remove(inOrder(act));
        living.delete(key);
      } else if (act.do === 'remove bound') {
        handles[act.series]?.remove();
        living.delete(key);
      } else if (act.do === 'collect') {
        assert.deepEqual(await sumsOf(cumulative), living);
      } else {
        for (const [series, sum] of await sumsOf(delta)) delivered.set(series, (delivered.get(series) ?? 0) + sum);
      }
    }
    assert.deepEqual(await sumsOf(cumulative), living);
    for (const [series, sum] of await sumsOf(delta)) delivered.set(series, (delivered.get(series) ?? 0) + sum);
    assert.deepEqual(delivered, all);
  });
});

function addTo(
  counter: EngineCounter,
  handles: readonly ReturnType<EngineCounter['bind']>[],
  act: Act,
  amount: number,
) {
  const attributes = inOrder(act);
  if (act.do === 'add') counter.add(amount, attributes);
  else if (act.do === 'add bound') handles[act.series]?.add(amount);
  else counter.positional(...Object.keys(attributes))(...Object.values(attributes), amount);
}

function inOrder({ series, order }: Act): Attributes {
  const attributes = SERIES[series] ?? {};
  const keys = order.filter((key) => Object.hasOwn(attributes, key));
  return Object.fromEntries(keys.map((key) => [key, attributes[key]]));
}

async function sumsOf(reader: TestReader): Promise<Map<string, number>> {
  const points = await reader.points();
  const sums = new Map(points.map(([attributes, value]) => [canonical(attributes), Number(value)]));
  assert.equal(sums.size, points.length);
  return sums;
}

function canonical(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
