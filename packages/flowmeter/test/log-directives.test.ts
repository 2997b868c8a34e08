/** `FLOWMETER_LOG`: what its directives mean. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { readConfiguration } from '../src/configuration/read-configuration.ts';
import { LEVELS, namedLevel, parseDirectives, type Level, type LogDirectives } from '../src/logs/log-directives.ts';

/** Targets that are the beginning of one another, as often as not. */
const target = fc.constantFrom('a', 'ab', 'a::b', 'a::b::c', 'abc', 'b', 'flowmeter', 'flowmeter::push', 'info');
const level = fc.constantFrom(...LEVELS);
const space = fc.constantFrom('', ' ', '\t');
const casing = fc.constantFrom(
  (word: string) => word,
  (word: string) => word.toUpperCase(),
  (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
);

interface Directive {
  readonly target: string | undefined;
  readonly level: Level;
  readonly text: string;
}

const directive: fc.Arbitrary<Directive> = fc
  .tuple(fc.option(target, { nil: undefined }), level, casing, fc.array(space, { minLength: 4, maxLength: 4 }))
  .map(([name, word, cased, [a = '', b = '', c = '', d = '']]) => ({
    target: name,
    level: word,
    text: name === undefined ? `${a}${cased(word)}${b}` : `${a}${name}${b}=${c}${cased(word)}${d}`,
  }));

/** The level by the definition: of the directives for a beginning of the name the longest, of equal ones the last. */
function expectedLevel(directives: readonly Directive[], name: string): Level | undefined {
  const rank = (one: Directive): number => one.target?.length ?? -1;
  return directives
    .filter((one) => one.target === undefined || name.startsWith(one.target))
    .reduce<Directive | undefined>(
      (best, one) => (best === undefined || rank(one) >= rank(best) ? one : best),
      undefined,
    )?.level;
}

function levelIn(directives: LogDirectives, name: string): Level | undefined {
  return namedLevel(directives, name) ?? directives.level;
}

describe('directives', () => {
  it('give each target the level of the longest one that it begins with, the last of equal ones', () => {
    fc.assert(
      fc.property(fc.array(directive, { maxLength: 8 }), target, (directives, name) => {
        const parsed = parseDirectives(directives.map(({ text }) => text).join(','), (text) => {
          throw new Error(`refused ${text}`);
        });
        strictEqual(levelIn(parsed, name), expectedLevel(directives, name));
      }),
    );
  });

  it('that are not allowed are refused one by one, and the others hold', () => {
    const wrong = fc.constantFrom('inffo', 'a=loud', '=info', 'a=', 'a b=info', 'a=b=info', 'a[span]=info', '3', 'a');
    const members = fc.array(fc.oneof(directive, wrong), { maxLength: 8 });
    fc.assert(
      fc.property(members, target, (list, name) => {
        const refused: string[] = [];
        const text = list.map((one) => (typeof one === 'string' ? one : one.text)).join(',');
        const parsed = parseDirectives(text, (one) => refused.push(one));
        deepStrictEqual(
          refused,
          list.filter((one) => typeof one === 'string'),
        );
        const others = list.filter((one) => typeof one !== 'string');
        strictEqual(levelIn(parsed, name), expectedLevel(others, name));
      }),
    );
  });

  it('may be any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const members = text.split(',').map((member) => member.trim());
        parseDirectives(text, (refused) => ok(members.includes(refused)));
      }),
    );
  });
});

it('a directive that is not allowed is a problem that names the variable, the directive and what is allowed', () => {
  const { problems } = readConfiguration({ FLOWMETER_LOG: 'info, flowmeter=loud ,,debg' });
  const allowed = 'off, error, warn, info, debug or trace, or target=level with one of these';
  const problem = { variable: 'FLOWMETER_LOG', allowed, consequence: 'left out' };
  deepStrictEqual(problems, [
    { ...problem, value: 'flowmeter=loud' },
    { ...problem, value: 'debg' },
  ]);
});
