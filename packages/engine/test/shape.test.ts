import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runApp } from '../../../test/support/child-app.ts';
import type { ByForm } from './fixtures/call-shape.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'call-shape.ts');

/** Room for a hundred thousand calls that allocate a kilobyte each: what is measured is not collected meanwhile. */
const NEW_SPACE_MB = 128;

/** Less than one byte a call is what the measuring itself allocates, and no object. */
const NOTHING = 1;

/** What V8 may make of a number that it passes to a function which it has not inlined, as it chooses. */
const BOXED_NUMBER = 17;

/** The forms whose way to an exponential histogram is too long for it to inline all of it. */
const BY_NAME: ReadonlySet<string> = new Set(['by name', 'without attributes']);

interface Costs {
  readonly bytes: ByForm;
  readonly few: ByForm;
  readonly many: ByForm;
}

const situations: readonly (readonly [instrument: string, view: string, title: string])[] = [
  ['counter', 'plain', 'a counter'],
  ['gauge', 'plain', 'a gauge'],
  ['histogram', 'plain', 'a histogram'],
  ['exponential', 'plain', 'an exponential histogram'],
  ['counter', 'filtering', 'a counter whose view leaves keys out'],
];

describe('calls', { concurrency: 2 }, () => {
  for (const [instrument, view, title] of situations) {
    test(`no call to ${title} allocates, or looks for its series for longer the more there are`, async () => {
      const { bytes, few, many } = await costsOf('engine', instrument, view);
      assert.equal(Object.keys(bytes).length, 8);
      for (const [form, allocated] of Object.entries(bytes)) {
        const most = instrument === 'exponential' && BY_NAME.has(form) ? BOXED_NUMBER : NOTHING;
        assert.ok(allocated < most, `${form}: ${allocated} bytes`);
      }
      assert.deepEqual(many, few);
      for (const form of ['bound', 'bound without attributes', 'without attributes']) assert.equal(many[form], 0, form);
    });
  }

  test('a call to a counter of sdk-metrics allocates, which the measuring sees', async () => {
    const { bytes } = await costsOf('stock', 'counter', 'plain');
    assert.ok(Object.values(bytes).every((allocated) => allocated > 10 * NOTHING));
  });
});

async function costsOf(...situation: readonly string[]): Promise<Costs> {
  const { code, stdout, stderr } = await runApp([
    '--conditions=@flowmeter/source',
    '--expose-gc',
    `--min-semi-space-size=${NEW_SPACE_MB}`,
    `--max-semi-space-size=${NEW_SPACE_MB}`,
    FIXTURE,
    ...situation,
  ]);
  assert.equal(code, 0, stderr.join('\n'));
  return JSON.parse(stdout[0] ?? '') as Costs;
}
