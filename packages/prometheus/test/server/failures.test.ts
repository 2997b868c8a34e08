import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../../instruments/test/support/reports.ts';
import { asking } from './support/ask.ts';
import { fakeSource } from './support/fake-source.ts';

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

for (const [what, error, reason] of [
  ['an error', new Error('out of luck'), 'out of luck'],
  ['an error with a stack in it', new Error('bad\n    at f (file.js:1:2)\n  luck'), 'bad luck'],
  ['an error without words', new RangeError(), 'RangeError'],
  ['a text', 'luck', 'luck'],
  ['nothing', undefined, 'undefined'],
  ['what cannot be written', Object.create(null), 'something that cannot be written'],
] as const) {
  test(`a rendering that fails with ${what} is 500 with a line that says why`, async () => {
    const ask = asking(fakeSource(() => Promise.reject(error)));
    const response = await ask('/metrics');
    assert.equal(response.status, 500);
    assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(await response.text(), `the collection failed: ${reason}\n`);
    assert.deepEqual(reports, [`flowmeter: the collection failed: ${reason}`]);
  });
}

test('a failure is logged once per cause', async () => {
  const reasons = ['one', 'one', 'two', 'one', 'two'];
  const ask = asking(fakeSource(() => Promise.reject(new Error(reasons.shift()))));
  while (reasons.length > 0) await ask('/metrics');
  assert.deepEqual(reports, ['flowmeter: the collection failed: one', 'flowmeter: the collection failed: two']);
});

test('failures that differ each time are not logged for ever', async () => {
  let count = 0;
  const ask = asking(fakeSource(() => Promise.reject(new Error(`number ${(count += 1)}`))));
  for (let index = 0; index < 120; index += 1) await ask('/metrics');
  assert.equal(reports.length, 100);
});

test('a source that throws is a source that fails, and may do better the next time', async () => {
  let works = false;
  const fail = (): never => {
    throw new Error('thrown');
  };
  const source = fakeSource('up 1\n');
  const ask = asking({
    render: (request) => (works ? source.render(request) : fail()),
    overview: () => (works ? source.overview() : fail()),
  });
  for (const path of ['/metrics', '/']) {
    const response = await ask(path);
    assert.deepEqual([response.status, await response.text()], [500, 'the collection failed: thrown\n']);
  }
  works = true;
  for (const path of ['/metrics', '/']) assert.equal((await ask(path)).status, 200);
});

test('all who share a rendering that fails are told', async () => {
  const ask = asking(fakeSource(() => Promise.reject(new Error('shared'))));
  const responses = await Promise.all([ask('/metrics'), ask('/metrics')]);
  assert.deepEqual(
    responses.map(({ status }) => status),
    [500, 500],
  );
});
