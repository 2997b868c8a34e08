import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toUnitWords } from '../../src/names/unit-words.ts';
import { anyText, fc } from '../support/properties.ts';

/** The specification's table (compatibility, "Metric Metadata"). */
const table: readonly (readonly [word: string, unit: string])[] = [
  ['days', 'd'],
  ['hours', 'h'],
  ['minutes', 'min'],
  ['seconds', 's'],
  ['milliseconds', 'ms'],
  ['microseconds', 'us'],
  ['nanoseconds', 'ns'],
  ['bytes', 'By'],
  ['kibibytes', 'KiBy'],
  ['mebibytes', 'MiBy'],
  ['gibibytes', 'GiBy'],
  ['tebibytes', 'TiBy'],
  ['kilobytes', 'kBy'],
  ['megabytes', 'MBy'],
  ['gigabytes', 'GBy'],
  ['terabytes', 'TBy'],
  ['meters', 'm'],
  ['volts', 'V'],
  ['amperes', 'A'],
  ['joules', 'J'],
  ['watts', 'W'],
  ['grams', 'g'],
  ['celsius', 'Cel'],
  ['hertz', 'Hz'],
  ['percent', '%'],
];

for (const [word, unit] of table) {
  test(`C12: the unit ${unit} is ${word}`, () => {
    assert.equal(words(unit), word);
  });
}

const others: readonly (readonly [id: string, unit: string, words: string])[] = [
  ['C13', '{packet}', ''],
  ['C13', 'By{payload}', 'bytes'],
  ['C13', '{request/s}', ''],
  ['C13', '{a}{b}', ''],
  ['C13', '{packet', 'packet'],
  ['C14', 'm/s', 'meters_per_second'],
  ['C14', 'By/s', 'bytes_per_second'],
  ['C14', '{request}/s', 'per_second'],
  ['C14', '1/min', 'per_minute'],
  ['C14', 'By/h', 'bytes_per_hour'],
  ['C14', 'By/d', 'bytes_per_day'],
  ['C14', 'J/m', 'joules_per_meter'],
  ['C14', 'W/Cel', 'watts_per_celsius'],
  ['C14', 'm/s/s', 'meters_per_second_per_second'],
  ['C14', ' By / s ', 'bytes_per_second'],
  ['C14', 'By/', 'bytes'],
  ['C14', '/', ''],
  ['C14', 'By/{request}', 'bytes'],
  ['C12', '', ''],
  ['C12', '1', ''],
  ['C12', 'requests', 'requests'],
  ['C12', 'kg.m/s2', 'kg_m_per_s2'],
  ['C12', '_x_', 'x'],
  ['C12', '€', ''],
];

for (const [id, unit, expected] of others) {
  test(`${id}: the unit ${JSON.stringify(unit)} is ${JSON.stringify(expected)}`, () => {
    assert.equal(words(unit), expected);
  });
}

test('C12: whatever the unit, its words are of letters, digits and single underscores', () => {
  fc.assert(fc.property(anyText, (unit) => assert.match(words(unit), /^(?:[a-zA-Z0-9]+(?:_[a-zA-Z0-9]+)*)?$/)));
});

function words(unit: string): string {
  const { main, per } = toUnitWords(unit);
  return [main, per].filter((word) => word !== '').join('_');
}
