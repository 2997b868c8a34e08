import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeText } from '../../src/labels/attribute-value.ts';
import { fc } from '../support/properties.ts';

const cyclic: unknown[] = [1];
cyclic.push(cyclic);

/** The specification's examples first (common concepts, "AnyValue representation for non-OTLP protocols"). */
const values: readonly (readonly [title: string, value: unknown, text: string])[] = [
  ['a string', 'hello world', 'hello world'],
  ['an empty string', '', ''],
  ['true', true, 'true'],
  ['an integer', -123, '-123'],
  ['a large integer', 9_007_199_254_740_993n, '9007199254740993'],
  ['a floating point number', 12.345, '12.345'],
  ['a huge number', 1e300, '1e+300'],
  ['minus zero', -0, '0'],
  ['NaN', Number.NaN, 'NaN'],
  ['infinity', Number.POSITIVE_INFINITY, 'Infinity'],
  ['minus infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
  ['bytes', new TextEncoder().encode('hello world'), 'aGVsbG8gd29ybGQ='],
  ['a part of a buffer', new Uint8Array([0, 1, 2, 3]).subarray(1, 3), 'AQI='],
  ['null', null, ''],
  ['undefined', undefined, ''],
  ['no elements', [], '[]'],
  [
    'elements of all kinds',
    [1, -Infinity, 'a', true, { nested: new TextEncoder().encode('hello world') }],
    '[1,"-Infinity","a",true,{"nested":"aGVsbG8gd29ybGQ="}]',
  ],
  ['elements that are empty', [null, undefined, 5n], '[null,null,5]'],
  ['no members', {}, '{}'],
  ['members', { a: -Infinity, b: 2, c: [3, null] }, '{"a":"-Infinity","b":2,"c":[3,null]}'],
  ['a member __proto__', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ['a lone surrogate', 'a\uD800b', 'a\uFFFDb'],
  ['a lone surrogate in an array', ['\uD800'], '["\uFFFD"]'],
  ['a symbol', Symbol('s'), ''],
  ['a function', () => 1, ''],
  ['an array that holds itself', cyclic, '[1,null]'],
  ['a getter that throws', Object.defineProperty({}, 'a', { enumerable: true, get: fail }), '{"a":null}'],
  ['a proxy that throws', new Proxy({}, { ownKeys: fail }), ''],
  ['a revoked proxy', revoked(), ''],
];

for (const [title, value, text] of values) {
  test(`C41: the text of ${title} is ${JSON.stringify(text)}`, () => {
    assert.equal(attributeText(value), text);
  });
}

test('C41: a value that refers to its parts without end has a text', () => {
  let wide: unknown = 1;
  for (let level = 0; level < 60; level += 1) wide = [wide, wide];
  assert.ok(attributeText(wide).length < 1_000_000);
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  assert.match(attributeText(deep), /^\[+null\]+$/);
});

test('C41: whatever the value, its text is well-formed', () => {
  const anything = fc.anything({
    withBigInt: true,
    withTypedArray: true,
    withNullPrototype: true,
    withMap: true,
    withDate: true,
  });
  fc.assert(
    fc.property(anything, (value) => assert.ok(attributeText(value).isWellFormed())),
    { numRuns: 1000 },
  );
});

test('C41: what JSON can hold comes back from its text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
      assert.deepEqual(JSON.parse(attributeText(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

function fail(): never {
  throw new Error('not now');
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
