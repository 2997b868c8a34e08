import type { Attributes } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Label } from '../../src/labels/label.ts';
import { toLabels } from '../../src/labels/to-labels.ts';
import type { Naming } from '../../src/names/naming.ts';
import { TRANSLATION_STRATEGIES } from '../../src/names/translation-strategy.ts';
import { ESCAPINGS } from '../../src/negotiation/rendition.ts';
import { anyText, fc } from '../support/properties.ts';

const classic: Naming = { strategy: 'UnderscoreEscapingWithSuffixes', escaping: 'underscores' };

test('C40: attributes are labels in the order of their keys', () => {
  assert.deepEqual(labelsOf({ topic: 't', 'client.id': 'c' }), [
    ['client_id', 'c'],
    ['topic', 't'],
  ]);
});

test('C41: values that are not strings become text', () => {
  assert.deepEqual(labelsOf({ a: 1, b: ['x', 'y'], c: false }), [
    ['a', '1'],
    ['b', '["x","y"]'],
    ['c', 'false'],
  ]);
});

test('C44: values of keys that come to one name are joined in the order of the keys', () => {
  assert.deepEqual(labelsOf({ a_b: '3', 'a/b': '2', 'a.b': '1', c: '4' }), [
    ['a_b', '1;2;3'],
    ['c', '4'],
  ]);
});

test('C44: a fixed label and an attribute that come to one name are joined in the order of their keys', () => {
  const fixed: Label[] = [['otel_scope_name', 'scope']];
  assert.deepEqual(labelsOf({ 'otel.scope.name': 'a', otel_scope_name: 'b', z: 'c' }, fixed), [
    ['otel_scope_name', 'a;scope;b'],
    ['z', 'c'],
  ]);
});

test('C44: fixed labels are joined with each other', () => {
  const fixed: Label[] = [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ];
  assert.deepEqual(labelsOf({}, fixed), [
    ['a', '1;3'],
    ['b', '2'],
  ]);
});

test('C33: an attribute that is called like a label of the format is exported under another name', () => {
  const reserved = new Set(['le', 'quantile']);
  assert.deepEqual(toLabels({ le: '1', quantile: '2' }, classic, [['le', '0']], reserved), [
    ['exported_le', '0;1'],
    ['exported_quantile', '2'],
  ]);
  assert.deepEqual(toLabels({ le: '1', exported_le: '2' }, classic, [], reserved), [['exported_le', '2;1']]);
});

test('C40: attributes that cannot be read are left out, and values that cannot are empty', () => {
  const fail = (): never => {
    throw new Error('not now');
  };
  const fixed: Label[] = [['a', '1']];
  assert.deepEqual(labelsOf(new Proxy({}, { ownKeys: fail }), fixed), fixed);
  assert.deepEqual(labelsOf(Object.defineProperty({}, 'b', { enumerable: true, get: fail }), fixed), [
    ...fixed,
    ['b', ''],
  ]);
  for (const none of [null, undefined, 7, 'text']) assert.deepEqual(labelsOf(none as never, fixed), fixed);
});

test('C42, C44: whatever the attributes, names are legal, different and not reserved', () => {
  const label = fc.tuple(fc.stringMatching(/^[a-z_]{0,3}$/), fc.string());
  const values = fc.oneof(anyText, fc.anything());
  const naming = fc.record({
    strategy: fc.constantFrom(...TRANSLATION_STRATEGIES),
    escaping: fc.constantFrom(...ESCAPINGS),
  });
  const reserved = new Set(['le', 'a', 'exported_a']);
  fc.assert(
    fc.property(fc.dictionary(anyText, values), naming, fc.array(label), (attributes, anyNaming, fixed) => {
      const labels = toLabels(attributes, anyNaming, fixed, reserved);
      const names = labels.map(([name]) => name);
      assert.equal(new Set(names).size, names.length);
      assert.ok(!names.includes('') && !names.some((name) => reserved.has(name)));
      if (anyNaming.escaping !== 'allow-utf-8')
        for (const name of names) assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_]*$/);
    }),
    { numRuns: 2000 },
  );
});

function labelsOf(attributes: Attributes, fixed: readonly Label[] = []): Label[] {
  return toLabels(attributes, classic, fixed, new Set());
}
