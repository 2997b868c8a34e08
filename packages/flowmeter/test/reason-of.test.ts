/** How lines tell what was thrown. */
import { strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { reasonOf } from '../src/reason-of.ts';

for (const [what, thrown, told] of [
  ['an error with a stack in its message', new Error('bad\n    at f (file.js:1:2)\n  luck'), 'bad luck'],
  ['line ends and controls', new Error('a\r\nflowmeter: b\u2028c\u001b[31md'), 'a flowmeter: b c [31md'],
  ['several errors without words of their own', new AggregateError([new Error('one'), 'two']), 'one; two'],
  ['an error with a status of HTTP', Object.assign(new Error('Bad Request'), { code: 400 }), 'HTTP 400 Bad Request'],
  ['nothing', undefined, 'undefined'],
  ['what cannot be written', Object.create(null), 'something that cannot be written'],
  ['an error whose message is none', Object.assign(new Error(), { message: {} }), 'something that cannot be written'],
] as const) {
  it(`${what} is one line`, () => {
    strictEqual(reasonOf(thrown), told);
  });
}
