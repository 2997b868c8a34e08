import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Output } from '../../src/exposition/output.ts';
import { NUMBER_BYTES, writeNumber } from '../../src/exposition/write-number.ts';
import { fc } from '../support/properties.ts';

const output = new Output();

function written(value: number): string {
  output.at = 0;
  output.reserve(NUMBER_BYTES);
  writeNumber(output, value);
  assert.ok(output.at <= NUMBER_BYTES);
  return Buffer.from(output.bytes.subarray(0, output.at)).toString('latin1');
}

/** Numbers of all sizes, those with few digits among them, and those beside them. */
const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.integer(),
  fc.nat(1000),
  fc.tuple(fc.integer(), fc.nat(12)).map(([digits, places]) => digits / 10 ** places),
  fc.tuple(fc.maxSafeInteger(), fc.nat(9)).map(([digits, places]) => digits / 10 ** places),
  fc
    .tuple(fc.integer({ min: -1074, max: 1023 }), fc.boolean())
    .map(([power, up]) => 2 ** power * (up ? 1 + 2 ** -52 : 1)),
  fc.tuple(fc.integer({ min: 0, max: 16 }), fc.integer({ min: -2, max: 2 })).map(([power, near]) => 10 ** power + near),
);

test('a finite number is the text that JavaScript has for it, the shortest that is this number', () => {
  fc.assert(
    fc.property(anyNumber, (value) => {
      assert.equal(written(value), Object.is(value, -0) ? '-0' : String(value));
      assert.ok(Object.is(Number(written(value)), value));
    }),
    { numRuns: 20_000 },
  );
});

test('every integer up to a hundred thousand is the text that JavaScript has for it', () => {
  for (let value = -100_000; value < 0; value += 1) assert.equal(written(value), String(value));
  for (let value = 0; value <= 100_000; value += 1) assert.equal(written(value), String(value));
});

for (const [value, text] of [
  [-0, '-0'],
  [NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
  [1e20, '100000000000000000000'],
  [999_999_999_999_999_900_000, '999999999999999900000'],
  [-999_999_999_999_999_900_000, '-999999999999999900000'],
  [1e21, '1e+21'],
  [-1e21, '-1e+21'],
  [2 ** 53 + 2, '9007199254740994'],
  [2 ** 53, '9007199254740992'],
  [2 ** 53 - 1, '9007199254740991'],
  [9_007_199_199_999_999, '9007199199999999'],
  [2 ** 31, '2147483648'],
  [-(2 ** 31), '-2147483648'],
  [-(2 ** 53), '-9007199254740992'],
  [100_000_000_000_000, '100000000000000'],
  [0.000_001, '0.000001'],
  [1e-7, '1e-7'],
  [0.1 + 0.2, '0.30000000000000004'],
  [999_999_999.999_999, '999999999.999999'],
  [0.005, '0.005'],
  [-12.5, '-12.5'],
  [1.7e12 / 1000 + 0.123, '1700000000.123'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [Number.MIN_VALUE, '5e-324'],
  [-Number.MIN_VALUE, '-5e-324'],
] as const) {
  test(`the number ${text} is written as Prometheus reads it`, () => {
    assert.equal(written(value), text);
    if (Number.isFinite(value)) assert.ok(Object.is(Number(text), value));
  });
}
