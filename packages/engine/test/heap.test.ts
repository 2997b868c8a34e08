import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runApp } from '../../../test/support/child-app.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures', 'heap-growth.ts');

/** By how many bytes the heap may grow in 90 % of the work: what collections and the machine leave behind. */
const MOST_GROWTH = 1_000_000;

/**
 * By how many bytes it may swing where nothing is collected: V8 is late to find out which handles are gone. What it
 * finds is flat in any case; while something was remembered of each handle it swung by more than 300 MB.
 */
const MOST_SWING = 200_000_000;

const works: readonly (readonly [work: string, title: string])[] = [
  ['an unread reader', '10,000 collections by one of two readers under a view, of which the other never collects'],
  ['a million sets', 'a million attribute sets beyond the limit'],
  ['a million bound sets', 'a million attribute sets beyond the limit, each bound'],
  ['a million positional sets', 'a million attribute sets beyond the limit, given by position'],
  ['a million series that end', 'a million series that begin and are removed'],
  ['many bindings of one set', 'binding one attribute set for each of many measurements'],
];

describe('memory', { concurrency: 2 }, () => {
  for (const [work, title] of works) {
    test(`the heap stays flat over ${title}`, async () => {
      const growth = await growthOf(work, 'engine');
      assert.ok(growth < MOST_GROWTH, `it grew by ${growth} bytes`);
    });
  }

  for (const [work, title] of [
    ['unread series that end', 'live for ever'],
    ['unread mortal series that end', 'have a time to live'],
  ] as const) {
    test(`the heap does not swing over a million bound series that are removed, where nobody collects and series ${title}`, async () => {
      const swing = await growthOf(work, 'engine');
      assert.ok(swing < MOST_SWING, `it swung by ${swing} bytes`);
    });
  }

  for (const [work, title] of works.slice(0, 2)) {
    test(`the bound is one that sdk-metrics fails: ${title}`, async () => {
      const growth = await growthOf(work, 'stock');
      assert.ok(growth > 5 * MOST_GROWTH, `it grew by ${growth} bytes`);
    });
  }
});

async function growthOf(work: string, provider: 'engine' | 'stock'): Promise<number> {
  const { code, stdout, stderr } = await runApp([
    '--conditions=@flowmeter/source',
    '--expose-gc',
    FIXTURE,
    work,
    provider,
  ]);
  assert.equal(code, 0, stderr.join('\n'));
  return Number(stdout[0]);
}
