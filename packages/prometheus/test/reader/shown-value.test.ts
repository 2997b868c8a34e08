/** How messages show what somebody has given that is not allowed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownValue } from '../../src/shown-value.ts';

const circular: Record<string, unknown> = { name: 'a' };
circular['self'] = circular;
const revoked = Proxy.revocable({}, {});
revoked.revoke();

for (const [what, value, shown] of [
  ['a text', '9464', '"9464"'],
  ['an empty text', '', '""'],
  ['a text of two lines', 'a\nb\u2028c', String.raw`"a\nb\u2028c"`],
  ['half a character', '\ud800', String.raw`"\ud800"`],
  ['NaN', NaN, 'NaN'],
  ['a bigint', 9464n, '9464n'],
  ['a bigint in a list', [1n], '[ 1n ]'],
  ['a symbol', Symbol('x'), 'Symbol(x)'],
  ['a function', () => {}, '[Function (anonymous)]'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['an object', { include: ['a'] }, "{ include: [ 'a' ] }"],
  ['an object that holds itself', circular, "<ref *1> { name: 'a', self: [Circular *1] }"],
  [
    'an object whose getters fail',
    {
      get a(): never {
        throw new Error('no');
      },
    },
    '{ a: [Getter] }',
  ],
  ['a proxy that is no more', revoked.proxy, '<Revoked Proxy>'],
] as const) {
  test(`${what} is shown as it is`, () => {
    assert.equal(shownValue(value), shown);
  });
}

test('what is long is cut off, in one line', () => {
  const long = 'x'.repeat(100_000);
  for (const value of [
    long,
    [long],
    { [long]: 1 },
    new Error(long),
    Array.from({ length: 1e5 }, () => 1),
    10n ** 999n,
  ]) {
    const shown = shownValue(value);
    assert.ok(shown.length <= 82, shown);
    assert.match(shown, /^[^\n]+$/);
  }
});

test('a value that fails when it is looked at is named by its type', () => {
  const value = {
    get [Symbol.toStringTag](): never {
      throw new Error('no');
    },
  };
  assert.match(shownValue(value), /^a value of the type object$|^\{/);
});
