import { instrumentSets, meterUnit } from '@flowmeter/instruments';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FamilyType } from '../../src/exposition/family.ts';
import { metricNameOf } from '../../src/names/metric-name.ts';
import { TRANSLATION_STRATEGIES, type TranslationStrategy } from '../../src/names/translation-strategy.ts';
import { ESCAPINGS, FORMATS, type Escaping, type Format } from '../../src/negotiation/rendition.ts';
import { anyText, fc } from '../support/properties.ts';

/** The specification's table of what becomes of a counter `foo.bar` in By. */
const table: readonly (readonly [strategy: TranslationStrategy, classic: string, utf8: string])[] = [
  ['UnderscoreEscapingWithSuffixes', 'foo_bar_bytes_total', 'foo_bar_bytes_total'],
  ['UnderscoreEscapingWithoutSuffixes', 'foo_bar', 'foo_bar'],
  ['NoUTF8EscapingWithSuffixes', 'foo_bar_bytes_total', 'foo.bar_bytes_total'],
  ['NoTranslation', 'foo_bar', 'foo.bar'],
];

for (const [strategy, classic, utf8] of table) {
  test(`E20, E27: with ${strategy} a counter foo.bar in bytes is first ${utf8}, and then escaped`, () => {
    assert.equal(nameOf('foo.bar', { unit: 'By', type: 'counter', strategy }).sample, classic);
    assert.equal(nameOf('foo.bar', { unit: 'By', type: 'counter', strategy, escaping: 'allow-utf-8' }).sample, utf8);
  });
}

const texts: readonly (readonly [id: string, type: FamilyType, name: string, unit: string, expected: string])[] = [
  ['C9', 'gauge', 'queue_length', '', 'queue_length'],
  ['C10', 'gauge', 'http.server/active-requests', '', 'http_server_active_requests'],
  ['C10', 'gauge', 'job:rate:sum', '', 'job:rate:sum'],
  ['C10', 'gauge', '2xx', '', '_2xx'],
  ['C10', 'gauge', '', '', '_'],
  ['C10', 'gauge', '花火', '', '_'],
  ['C11', 'gauge', 'a__b..c', '', 'a_b_c'],
  ['C11', 'counter', 'a_', 'By', 'a_bytes_total'],
  ['C12', 'histogram', 'latency', 'ms', 'latency_milliseconds'],
  ['C13', 'counter', 'packets', '{packet}', 'packets_total'],
  ['C14', 'gauge', 'speed', 'm/s', 'speed_meters_per_second'],
  ['C14', 'gauge', 'throughput_bytes', 'By/s', 'throughput_bytes_per_second'],
  ['C16', 'counter', 'read', 'By', 'read_bytes_total'],
  ['C16', 'counter', 'read_total', 'By', 'read_bytes_total'],
  ['C16', 'counter', 'read_bytes_total', 'By', 'read_bytes_total'],
  ['C16', 'gauge', 'latency_seconds', 's', 'latency_seconds'],
  ['C16', 'gauge', 'seconds', 's', 'seconds'],
  ['C16', 'gauge', 'milliseconds', 's', 'milliseconds_seconds'],
  ['C16', 'gauge', 'bytes_read', 'By', 'bytes_read_bytes'],
  ['C16', 'gauge', 'saturation', '1', 'saturation_ratio'],
  ['C16', 'gauge', 'saturation_ratio', '1', 'saturation_ratio'],
  ['C16', 'counter', 'hits', '1', 'hits_total'],
  ['C16', 'histogram', 'batch', '1', 'batch'],
  ['C28', 'counter', 'hits', '', 'hits_total'],
  ['C28', 'counter', 'total', '', 'total_total'],
  ['C29', 'counter', 'hits_total', '', 'hits_total'],
  ['C29', 'counter', 'hits.total', '', 'hits_total'],
  ['C29', 'counter', 'hits_total_total', '', 'hits_total_total'],
  ['C29', 'counter', '_total', '', '_total'],
  ['C18', 'histogram', 'latency_bucket', '', 'latency_bucket'],
  ['C2', 'info', 'target', '', 'target_info'],
  ['C2', 'info', 'target_info', '', 'target_info'],
];

for (const [id, type, name, unit, expected] of texts) {
  test(`${id}: a ${type} ${JSON.stringify(name)} in ${JSON.stringify(unit)} is ${expected} in text and protobuf`, () => {
    for (const format of ['text', 'protobuf'] as const) {
      const { family, sample } = nameOf(name, { unit, type, format });
      assert.deepEqual({ family, sample }, { family: expected, sample: expected });
    }
  });
}

test('C16: an up-down counter in 1 counts something, and is no ratio', () => {
  const rendition = { format: 'text', escaping: 'underscores' } as const;
  const metric = { name: 'connections', unit: '1', type: 'OBSERVABLE_UP_DOWN_COUNTER' };
  assert.equal(metricNameOf(metric, 'gauge', 'UnderscoreEscapingWithSuffixes', rendition).sample, 'connections');
});

const openMetrics: readonly (readonly [
  FamilyType,
  TranslationStrategy,
  name: string,
  family: string,
  sample: string,
])[] = [
  ['counter', 'UnderscoreEscapingWithSuffixes', 'hits', 'hits', 'hits_total'],
  ['counter', 'UnderscoreEscapingWithSuffixes', 'hits_total', 'hits', 'hits_total'],
  ['counter', 'UnderscoreEscapingWithSuffixes', 'hits_total_total', 'hits', 'hits_total'],
  ['counter', 'UnderscoreEscapingWithSuffixes', '_total', '_', '__total'],
  ['counter', 'NoTranslation', 'hits', 'hits', 'hits_total'],
  ['counter', 'NoTranslation', 'hits_total', 'hits', 'hits_total'],
  ['counter', 'UnderscoreEscapingWithoutSuffixes', '', '_', '__total'],
  ['info', 'UnderscoreEscapingWithSuffixes', 'target', 'target', 'target_info'],
  ['info', 'NoTranslation', 'target_info', 'target', 'target_info'],
  ['gauge', 'UnderscoreEscapingWithSuffixes', 'length', 'length', 'length'],
  ['histogram', 'UnderscoreEscapingWithSuffixes', 'size_sum', 'size_sum', 'size_sum'],
];

for (const [type, strategy, name, family, sample] of openMetrics) {
  test(`C28: in OpenMetrics, a ${type} "${name}" with ${strategy} is the family ${family} of samples ${sample}`, () => {
    const names = nameOf(name, { type, strategy, format: 'openmetrics' });
    assert.deepEqual(names, { family, sample, unit: undefined });
  });
}

const units: readonly (readonly [
  type: FamilyType,
  format: Format,
  name: string,
  unit: string,
  expected: string | undefined,
])[] = [
  ['gauge', 'openmetrics', 'size', 'By', 'bytes'],
  ['counter', 'openmetrics', 'read', 'By', 'bytes'],
  ['counter', 'protobuf', 'read', 'By', 'bytes'],
  ['gauge', 'openmetrics', 'speed', 'm/s', 'meters_per_second'],
  ['gauge', 'openmetrics', 'speed_meters', 'm/s', 'meters_per_second'],
  ['gauge', 'openmetrics', 'saturation', '1', 'ratio'],
  ['gauge', 'openmetrics', 'bytes', 'By', undefined],
  ['gauge', 'openmetrics', 'packets', '{packet}', undefined],
  ['counter', 'openmetrics', 'hits', '1', undefined],
];

for (const [type, format, name, unit, expected] of units) {
  test(`C15: the unit of a ${type} ${name} in ${unit} is ${expected ?? 'left out'} in ${format}`, () => {
    assert.equal(nameOf(name, { unit, type, format }).unit, expected);
  });
}

test('C15: without suffixes, the unit is left out unless the name ends in it', () => {
  const strategy = 'UnderscoreEscapingWithoutSuffixes';
  assert.equal(nameOf('read', { unit: 'By', type: 'gauge', strategy }).unit, undefined);
  assert.equal(nameOf('read_bytes', { unit: 'By', type: 'gauge', strategy }).unit, 'bytes');
});

test('C15: the unit is written like the end of an escaped name', () => {
  const { family, unit } = nameOf('speed', { unit: 'm/s', type: 'gauge', escaping: 'dots' });
  assert.deepEqual([family, unit], ['speed__meters__per__second', 'meters__per__second']);
});

test('in JSON, a counter has no _total but its own', () => {
  const options = { type: 'counter', format: 'json', escaping: 'allow-utf-8' } as const;
  const name = 'krafka_producer_records_sent';
  assert.deepEqual(nameOf(name, { ...options, unit: '{record}' }), { family: name, sample: name, unit: undefined });
  assert.equal(nameOf('hits_total', options).family, 'hits');
  assert.equal(nameOf('hits_total', { ...options, strategy: 'NoTranslation' }).family, 'hits_total');
});

test('every instrument of the contract comes out under its own name', () => {
  const definitions = instrumentSets.flatMap((set) => Object.values(set.definitions));
  assert.ok(definitions.length > 100);
  for (const { name, unit, instrument } of definitions) {
    const type = instrument === 'upDownCounter' ? 'gauge' : instrument;
    const { family, sample } = nameOf(name, { unit: meterUnit(name, unit), type });
    const expected = instrument === 'counter' ? `${name}_total` : name;
    assert.deepEqual({ family, sample }, { family: expected, sample: expected });
    assert.equal(nameOf(name, { unit: meterUnit(name, unit), type, format: 'json' }).family, name);
    assert.equal(nameOf(name, { unit: meterUnit(name, unit), type, format: 'openmetrics' }).family, name);
  }
});

const anything = fc.record({
  name: anyText,
  unit: fc.oneof(anyText, fc.constantFrom('By', 's', '1', 'By/s', 'total', 'info')),
  type: fc.constantFrom('counter', 'gauge', 'histogram', 'info'),
  strategy: fc.constantFrom(...TRANSLATION_STRATEGIES),
  format: fc.constantFrom(...FORMATS),
  escaping: fc.constantFrom(...ESCAPINGS),
});

test('E26, C10: whatever a metric is called, its names are legal', () => {
  fc.assert(
    fc.property(anything, ({ name, ...options }) => {
      const isClassic = options.escaping !== 'allow-utf-8' || options.strategy.startsWith('Underscore');
      const { family, sample } = nameOf(name, options);
      for (const each of [family, sample]) {
        if (isClassic) assert.match(each, /^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
        else assert.ok(each !== '' && each.isWellFormed() && !each.includes('\0'));
      }
    }),
    { numRuns: 2000 },
  );
});

test('C28: whatever they are called, counters and infos have the suffixes that OpenMetrics asks for', () => {
  fc.assert(
    fc.property(anything, fc.constantFrom('counter', 'info'), ({ name, ...options }, type) => {
      const suffix = type === 'counter' ? '_total' : '_info';
      const { family, sample } = nameOf(name, { ...options, type, format: 'openmetrics' });
      assert.equal(sample, family + suffix);
      assert.ok(!family.endsWith(suffix));
    }),
    { numRuns: 2000 },
  );
});

test('C15: whatever a metric is called, its unit is what its name ends in', () => {
  fc.assert(
    fc.property(anything, ({ name, ...options }) => {
      const { family, unit } = nameOf(name, options);
      const base = options.type === 'counter' ? family.replace(/_total$/, '') : family;
      assert.ok(unit === undefined || base.endsWith(`_${unit}`));
    }),
    { numRuns: 2000 },
  );
});

test('C11: with underscores and suffixes, no name has two underscores in a row', () => {
  fc.assert(
    fc.property(anyText, anyText, fc.constantFrom('counter', 'gauge', 'histogram'), (name, unit, type) => {
      assert.doesNotMatch(nameOf(name, { unit, type }).sample, /__/);
    }),
    { numRuns: 2000 },
  );
});

interface Asked {
  readonly type: FamilyType;
  readonly unit?: string;
  readonly strategy?: TranslationStrategy;
  readonly format?: Format;
  readonly escaping?: Escaping;
}

function nameOf(name: string, { type, unit = '', strategy, format = 'text', escaping = 'underscores' }: Asked) {
  return metricNameOf({ name, unit }, type, strategy ?? 'UnderscoreEscapingWithSuffixes', { format, escaping });
}
