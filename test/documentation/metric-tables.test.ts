import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { withMetricTables } from './metric-tables.ts';

test('the README shows the metric tables that the definitions make; `npm run docs` renews them', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  assert.equal(readme, withMetricTables(readme));
});
