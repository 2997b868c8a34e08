import type { Exemplar } from '@flowmeter/engine';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exemplarLabels } from '../../src/labels/exemplar-labels.ts';
import type { Naming } from '../../src/names/naming.ts';
import { anyText, fc } from '../support/properties.ts';

const classic: Naming = { strategy: 'UnderscoreEscapingWithSuffixes', escaping: 'underscores' };
const MOST = 128;
const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7' };
const idLabels = [
  ['trace_id', ids.traceId],
  ['span_id', ids.spanId],
];
/** What is left of 128 after the ids: 8 + 32 + 7 + 16 characters. */
const LEFT = 65;

test('C45: the ids of trace and span come first, under these names whatever the escaping', () => {
  assert.deepEqual(exemplarLabels(exemplar({ a: '1' }), classic), [...idLabels, ['a', '1']]);
  assert.deepEqual(exemplarLabels(exemplar({}), { ...classic, escaping: 'dots' }), idLabels);
});

test('C45: the ids have precedence over attributes that come to their names', () => {
  assert.deepEqual(exemplarLabels(exemplar({ 'trace.id': 'x', span_id: 'y', z: 'z' }), classic), [
    ...idLabels,
    ['z', 'z'],
  ]);
});

test('C45: without a trace, an exemplar has the attributes alone', () => {
  const { value, timestamp } = exemplar({});
  assert.deepEqual(exemplarLabels({ value, timestamp, filteredAttributes: { trace_id: 'x' } }, classic), [
    ['trace_id', 'x'],
  ]);
});

test('C47: attributes are labels in the order of their keys as long as they fit', () => {
  const fits = 'x'.repeat(LEFT - 2);
  assert.deepEqual(exemplarLabels(exemplar({ k: fits, a: '' }), classic), [...idLabels, ['a', ''], ['k', fits]]);
  assert.deepEqual(exemplarLabels(exemplar({ k: `${fits}x`, a: '' }), classic), [...idLabels, ['a', '']]);
});

test('C47: what fits is not left out for what came before it and did not', () => {
  const attributes = { a: 'x'.repeat(200), b: '1' };
  assert.deepEqual(exemplarLabels(exemplar(attributes), classic), [...idLabels, ['b', '1']]);
});

test('C47: characters are code points', () => {
  const fits = '😀'.repeat(LEFT - 1);
  assert.deepEqual(exemplarLabels(exemplar({ k: fits }), classic), [...idLabels, ['k', fits]]);
});

test('C47: whatever the exemplar holds, its labels are within the limit and have different names', () => {
  const anyExemplar = fc.record({
    traceId: fc.oneof(fc.constant(ids.traceId), fc.string({ maxLength: 200 })),
    spanId: fc.oneof(fc.constant(ids.spanId), anyText),
    filteredAttributes: fc.dictionary(anyText, anyText),
  });
  fc.assert(
    fc.property(anyExemplar, (parts) => {
      const labels = exemplarLabels({ ...exemplar({}), ...parts }, classic);
      assert.ok(Array.from(labels.flat().join('')).length <= MOST);
      assert.equal(new Set(labels.map(([name]) => name)).size, labels.length);
    }),
    { numRuns: 1000 },
  );
});

function exemplar(filteredAttributes: Exemplar['filteredAttributes']): Exemplar {
  return { ...ids, filteredAttributes, value: 1, timestamp: [0, 0] };
}
