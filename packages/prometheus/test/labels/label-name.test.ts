import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelNameOf } from '../../src/labels/label-name.ts';
import { TRANSLATION_STRATEGIES } from '../../src/names/translation-strategy.ts';
import { ESCAPINGS } from '../../src/negotiation/rendition.ts';
import { anyText, fc } from '../support/properties.ts';

/** With underscores, and without translation: with `underscores`, and with `allow-utf-8`. */
const keys: readonly (readonly [id: string, key: string, translated: string, underscores: string, utf8: string])[] = [
  ['C40', 'topic', 'topic', 'topic', 'topic'],
  ['C42', 'http.request.method', 'http_request_method', 'http_request_method', 'http.request.method'],
  ['C42', 'a:b', 'a_b', 'a_b', 'a:b'],
  ['C42', '1st', 'key_1st', '_st', '1st'],
  ['C42', '', '_', '_', '_'],
  ['C42', 'größe', 'gr_e', 'gr__e', 'größe'],
  ['C42', 'a\0', 'a_', 'a_', 'a\uFFFD'],
  ['C42', '\uD800', '_', '_', '\uFFFD'],
  ['C43', 'a..b__c', 'a_b_c', 'a__b__c', 'a..b__c'],
  ['C43', '__name__', '_name_', '_name__', '_name__'],
  ['C43', '..a', '_a', '_a', '..a'],
  ['C43', '___', '_', '_', '_'],
];

for (const [id, key, translated, underscores, utf8] of keys) {
  test(`${id}: the attribute ${JSON.stringify(key)} is the label ${translated}, or ${utf8} without translation`, () => {
    assert.equal(labelNameOf(key, { strategy: 'UnderscoreEscapingWithSuffixes', escaping: 'allow-utf-8' }), translated);
    assert.equal(labelNameOf(key, { strategy: 'NoTranslation', escaping: 'underscores' }), underscores);
    assert.equal(labelNameOf(key, { strategy: 'NoTranslation', escaping: 'allow-utf-8' }), utf8);
  });
}

test('E26: names of labels are escaped by the scheme that was negotiated', () => {
  const names = ESCAPINGS.map((escaping) => labelNameOf('a.b_c', { strategy: 'NoUTF8EscapingWithSuffixes', escaping }));
  assert.deepEqual(names, ['a_b_c', 'a_dot_b__c', 'U__a_2e_b__c', 'a.b_c']);
});

test('C42, C43: whatever the key, the name is legal and not one that Prometheus keeps for itself', () => {
  fc.assert(
    fc.property(
      anyText,
      fc.constantFrom(...TRANSLATION_STRATEGIES),
      fc.constantFrom(...ESCAPINGS),
      (key, strategy, escaping) => {
        const name = labelNameOf(key, { strategy, escaping });
        assert.ok(name !== '' && !name.startsWith('__') && name.isWellFormed() && !name.includes('\0'));
        const isClassic = escaping !== 'allow-utf-8' || strategy.startsWith('Underscore');
        if (isClassic) assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_]*$/);
      },
    ),
    { numRuns: 2000 },
  );
});

test('C43: with underscores, no name has two of them in a row', () => {
  fc.assert(
    fc.property(anyText, (key) => {
      const name = labelNameOf(key, { strategy: 'UnderscoreEscapingWithoutSuffixes', escaping: 'underscores' });
      assert.doesNotMatch(name, /__/);
    }),
  );
});
