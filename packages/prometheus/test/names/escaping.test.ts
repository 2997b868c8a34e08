import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeLabelName, escapeMetricName } from '../../src/names/escaping.ts';
import { ESCAPINGS } from '../../src/negotiation/rendition.ts';
import { anyText, fc } from '../support/properties.ts';

/** By scheme: underscores, dots, values. */
const names: readonly (readonly [name: string, underscores: string, dots: string, values: string])[] = [
  [
    'metric.name/with/slashes',
    'metric_name_with_slashes',
    'metric_dot_name_with_slashes',
    'U__metric_2e_name_2f_with_2f_slashes',
  ],
  [
    'metric.name.with.dots',
    'metric_name_with_dots',
    'metric_dot_name_dot_with_dot_dots',
    'U__metric_2e_name_2e_with_2e_dots',
  ],
  ['metric.name', 'metric_name', 'metric_dot_name', 'U__metric_2e_name'],
  ['http.load_total', 'http_load_total', 'http_dot_load__total', 'U__http_2e_load__total'],
  ['load_total', 'load_total', 'load__total', 'load_total'],
  ['http.status:sum', 'http_status:sum', 'http_dot_status:sum', 'U__http_2e_status:sum'],
  ['1st', '_st', '_st', 'U___31_st'],
  ['a1', 'a1', 'a1', 'a1'],
  ['花火', '__', '__', 'U___82b1__706b_'],
  ['😀', '_', '_', 'U___1f600_'],
  ['\uD800', '_', '_', 'U___fffd_'],
  ['a"b\n', 'a_b_', 'a_b_', 'U__a_22_b_a_'],
];

for (const [name, underscores, dots, values] of names) {
  test(`E26: ${JSON.stringify(name)} is escaped in each scheme as Prometheus says`, () => {
    assert.equal(escapeMetricName(name, 'underscores'), underscores);
    assert.equal(escapeMetricName(name, 'dots'), dots);
    assert.equal(escapeMetricName(name, 'values'), values);
    assert.equal(escapeMetricName(name, 'allow-utf-8'), name.toWellFormed());
  });
}

test('E26: a colon is legal in the name of a metric and escaped in that of a label', () => {
  assert.deepEqual(
    ESCAPINGS.map((escaping) => [escapeMetricName('a:b', escaping), escapeLabelName('a:b', escaping)]),
    [
      ['a:b', 'a_b'],
      ['a:b', 'a_b'],
      ['a:b', 'U__a_3a_b'],
      ['a:b', 'a:b'],
    ],
  );
});

test('E26: whatever the name, all schemes but allow-utf-8 make a classic one', () => {
  const classic = ESCAPINGS.filter((escaping) => escaping !== 'allow-utf-8');
  fc.assert(
    fc.property(named, fc.constantFrom(...classic), (name, escaping) => {
      assert.match(escapeMetricName(name, escaping), /^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
      assert.match(escapeLabelName(name, escaping), /^[a-zA-Z_][a-zA-Z0-9_]*$/);
    }),
  );
});

test('E26: the values scheme can be undone', () => {
  fc.assert(
    fc.property(named, (name) => {
      fc.pre(!name.startsWith('U__'));
      assert.equal(unescapeValues(escapeMetricName(name, 'values')), name.toWellFormed());
      assert.equal(unescapeValues(escapeLabelName(name, 'values')), name.toWellFormed());
    }),
  );
});

const named = anyText.filter((name) => name !== '');

/** As the document has it, read backwards. */
function unescapeValues(escaped: string): string {
  if (!escaped.startsWith('U__')) return escaped;
  return escaped
    .slice('U__'.length)
    .replaceAll(/__|_([0-9a-f]+)_/g, (_, hex: string | undefined) =>
      hex === undefined ? '_' : String.fromCodePoint(Number.parseInt(hex, 16)),
    );
}
