import { instrumentSets } from '@flowmeter/instruments';
import assert from 'node:assert/strict';
import { test } from 'node:test';

for (const { prefix, definitions } of instrumentSets) {
  test(`the properties of ${prefix}* are the names without the prefix, in camel case`, () => {
    const entries = Object.entries(definitions);
    assert.deepEqual(
      entries.map(([property]) => property),
      entries.map(([, { name }]) => camelCase(name.replace(prefix, '').replace(/^krafka_/, ''))),
    );
  });
}

test('one name lacks the prefix of its set: upstream has it without its component', () => {
  const without = instrumentSets.flatMap(({ prefix, definitions }) =>
    Object.values(definitions).filter(({ name }) => !name.startsWith(prefix)),
  );
  assert.deepEqual(
    without.map(({ name }) => name),
    ['krafka_coordination_fallbacks'],
  );
});

test('every prefix begins with the scope', () => {
  for (const { scope, prefix } of instrumentSets) assert.ok(prefix.startsWith(`${scope}_`), prefix);
});

function camelCase(name: string): string {
  return name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}
