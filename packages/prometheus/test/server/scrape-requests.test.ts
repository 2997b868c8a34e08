import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScrapeRequest } from '../../src/server/scrape-source.ts';
import { asking } from './support/ask.ts';
import { fakeSource } from './support/fake-source.ts';

test('the Accept header decides about the form', async () => {
  assert.equal((await asked('/metrics', { accept: 'application/openmetrics-text' })).rendition.format, 'openmetrics');
  assert.equal((await asked('/metrics', { accept: 'application/json' })).rendition.format, 'json');
});

test('?format=json goes before the Accept header', async () => {
  assert.equal((await asked('/metrics?format=json', { accept: 'text/plain' })).rendition.format, 'json');
});

test('any other format, as endpoints of others have, is left to the Accept header', async () => {
  const { rendition } = await asked('/metrics?format=prometheus', { accept: 'application/openmetrics-text' });
  assert.equal(rendition.format, 'openmetrics');
});

test('name[] may be given several times, encoded or not', async () => {
  const { names } = await asked('/metrics?name[]=a_total&x=y&name%5B%5D=b%20c&name[]=a_total');
  assert.deepEqual(names, new Set(['a_total', 'b c']));
});

for (const query of ['', '?', '?name=a', '?name[]=', '?name[]', '?names[]=a']) {
  test(`/metrics${query} asks for all families`, async () => {
    assert.equal((await asked(`/metrics${query}`)).names, undefined);
  });
}

for (const [seconds, expected] of [
  ['10', 9000],
  ['15.5', 14_500],
  ['1', 750],
  ['0.2', 150],
  ['0.001', 1],
  ['61', 60_000],
  ['999999999', 60_000],
] as const) {
  test(`a scraper that waits for ${seconds} s leaves callbacks ${expected} ms`, async () => {
    const { timeoutMs } = await asked('/metrics', { 'x-prometheus-scrape-timeout-seconds': seconds });
    assert.equal(timeoutMs, expected);
  });
}

for (const [seconds, expected] of [
  ['10', 5000],
  ['0.2', 100],
  ['61', 30_000],
] as const) {
  test(`a scraper that waits for ${seconds} s may have begun ${expected} ms ago`, async () => {
    const { begunMsAgo } = await asked('/metrics', { 'x-prometheus-scrape-timeout-seconds': seconds });
    assert.equal(begunMsAgo, expected);
  });
}

for (const value of [
  '',
  '0',
  '0.0',
  '-1',
  'NaN',
  'Infinity',
  '1e3',
  '0x10',
  '10s',
  '10, 10',
  '9999999999',
  '.5',
  '1.',
]) {
  test(`a scrape timeout of ${JSON.stringify(value)} is as if it were not there`, async () => {
    const { timeoutMs, begunMsAgo } = await asked('/metrics', { 'x-prometheus-scrape-timeout-seconds': value });
    assert.deepEqual([timeoutMs, begunMsAgo], [undefined, undefined]);
  });
}

/** What a source is asked for by a request. */
async function asked(path: string, headers: Record<string, string> = {}): Promise<ScrapeRequest> {
  const source = fakeSource('');
  assert.equal((await asking(source)(path, { headers })).status, 200);
  const [request] = source.requests;
  assert.ok(request !== undefined && source.requests.length === 1);
  return request;
}
