import type { Attributes } from '@opentelemetry/api';
import { createAllowListAttributesProcessor, createDenyListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ViewOptions } from '@flowmeter/engine';
import { createEngine } from './support/engine.ts';
import { fc, holds } from './support/properties.ts';
import {
  attributesFrom,
  unusualAttributes,
  unusualKeys,
  unusualValues,
  valueFrom,
} from './support/unusual-attributes.ts';

const RUNS = 1000;

const views: readonly (readonly [string, ViewOptions[]])[] = [
  ['no view', []],
  [
    'an allow list',
    [{ instrumentName: 'i', attributesProcessors: [createAllowListAttributesProcessor(['a', '0', '__proto__'])] }],
  ],
  ['a deny list', [{ instrumentName: 'i', attributesProcessors: [createDenyListAttributesProcessor(['a', '0'])] }]],
  ['a processor', [{ instrumentName: 'i', attributesProcessors: [{ process: (incoming) => incoming }] }]],
];

for (const [what, withViews] of views) {
  test(`with ${what}, attributes of any type throw nowhere, lose no measurement, and make series that differ`, async () => {
    await holds(fc.array(unusualAttributes, { minLength: 1, maxLength: 5 }), RUNS, async (candidates) => {
      const sets = candidates.map(attributesFrom);
      const { meter, cumulative, delta } = createEngine({ views: withViews });
      const counter = meter.createCounter('i');
      for (const attributes of sets) {
        counter.add(1, attributes);
        counter.add(1, attributes);
        counter.bind(attributes).add(1);
      }
      const points = await cumulative.points();
      assert.equal(sumOf(points), 3 * sets.length);
      assert.equal(new Set(points.map(([attributes]) => canonical(attributes))).size, points.length);
      assert.equal(sumOf(await delta.points()), 3 * sets.length);
      for (const attributes of sets) counter.remove(attributes);
      assert.deepEqual(await cumulative.points(), []);
    });
  });
}

test('positional functions with any keys and values throw nowhere, and lose no measurement', async () => {
  await holds(fc.array(fc.tuple(unusualKeys, unusualValues), { maxLength: 6 }), RUNS, async (entries) => {
    const { meter, cumulative } = createEngine();
    const positional = meter.createCounter('i').positional(...entries.map(([key]) => key));
    const given = entries.map(([, value]) => valueFrom(value));
    positional(...given, 1);
    positional(...given, 1);
    const points = await cumulative.points();
    assert.deepEqual([points.length, sumOf(points)], [1, 2]);
  });
});

test('observed attributes of any type throw nowhere, and cost no other observation', async () => {
  await holds(fc.array(unusualAttributes, { maxLength: 5 }), RUNS, async (candidates) => {
    const sets = candidates.map(attributesFrom);
    const { meter, cumulative } = createEngine();
    meter.createObservableGauge('i').addCallback((result) => {
      for (const attributes of sets) result.observe(1, attributes);
      result.observe(2, { the: 'last' });
    });
    const { errors } = await cumulative.reader.collect();
    assert.deepEqual(errors, []);
    assert.deepEqual((await cumulative.points()).at(-1), [{ the: 'last' }, 2]);
  });
});

/** What is kept of unusual values. */
const kept: readonly (readonly [string, object, unknown])[] = [
  ['undefined', { a: undefined, b: 1 }, { b: 1 }],
  ['null', { a: null }, { a: null }],
  ['a bigint', { a: 5n }, { a: '5' }],
  ['a symbol', { a: Symbol('s') }, { a: 'Symbol(s)' }],
  ['a list', { a: ['x', 1, true, null] }, { a: ['x', 1, true, null] }],
  ['an object', { a: { b: [1] } }, { a: { b: [1] } }],
  ['a date', { a: new Date(0) }, { a: '1970-01-01T00:00:00.000Z' }],
  ['a list with a bigint', { a: [5n] }, { a: '[object Array]' }],
  [
    'a getter',
    {
      get a() {
        return 1;
      },
    },
    { a: 1 },
  ],
  [
    'a getter that throws',
    {
      get a() {
        throw new Error('no');
      },
      b: 1,
    },
    { b: 1 },
  ],
  ['an integer-like key', { b: 1, 10: 2, 9: 3 }, { 9: 3, 10: 2, b: 1 }],
  ['no prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  ['a key like a method', { toString: 'x', hasOwnProperty: 'y' }, { toString: 'x', hasOwnProperty: 'y' }],
  ['inherited attributes', Object.create({ a: 1 }) as object, {}],
  ['a symbol for a key', { [Symbol('s')]: 1, a: 1 }, { a: 1 }],
];

for (const [what, given, expected] of kept) {
  test(`of attributes with ${what} is kept what can be told`, async () => {
    const { meter, cumulative } = createEngine();
    const counter = meter.createCounter('i');
    counter.add(1, given as Attributes);
    counter.add(1, given as Attributes);
    counter.bind(given as Attributes).add(1);
    assert.deepEqual(await cumulative.points(), [[expected, 3]]);
  });
}

test('an attribute whose key is __proto__ is an attribute, and changes no prototype', async () => {
  const { meter, cumulative } = createEngine();
  const given = Object.fromEntries([['__proto__', 'x']]);
  meter.createCounter('i').add(1, given);
  const [[attributes] = []] = await cumulative.points();
  assert.deepEqual(Object.entries(attributes ?? {}), [['__proto__', 'x']]);
  assert.equal(Object.getPrototypeOf(attributes), Object.prototype);
});

for (const given of [null, 5, 'text', true, Symbol('s'), 5n]) {
  test(`attributes that are ${typeof given === 'object' ? 'null' : `a ${typeof given}`} are none`, async () => {
    const { meter, cumulative } = createEngine();
    const counter = meter.createCounter('i');
    counter.add(1, { ...Object.fromEntries(Object.entries(given ?? {})), other: 1 });
    counter.add(10, given as unknown as Attributes);
    counter.bind(given as unknown as Attributes).add(10);
    const points = await cumulative.points();
    assert.deepEqual(points.at(-1), [{}, 20]);
  });
}

function sumOf(points: readonly (readonly [Attributes, unknown])[]): number {
  return points.reduce((sum, [, value]) => sum + Number(value), 0);
}

function canonical(attributes: Attributes): string {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? `number ${value}` : value,
  );
}
