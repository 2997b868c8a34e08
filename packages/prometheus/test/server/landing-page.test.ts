import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { nodeHandler } from '../../src/server/node-handler.ts';
import type { InstrumentOverview, ScrapeSource } from '../../src/server/scrape-source.ts';
import { asking } from './support/ask.ts';
import { fakeSource } from './support/fake-source.ts';
import { mounted } from './support/serving.ts';

const RECEIVED: InstrumentOverview = {
  name: 'records.received',
  type: 'counter',
  unit: '{record}',
  help: 'What came in',
  scope: 'conveyor',
  series: 12,
};

test('the page says what it is, links to the paths, and lists the instruments', async () => {
  const response = await asking(fakeSource('', [RECEIVED, { ...RECEIVED, name: 'lag', series: 1 }]))('/');
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  const page = await response.text();
  assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
  assert.match(page, /This is a Prometheus endpoint of flowmeter\./);
  assert.deepEqual(linksOf(page), ['./metrics', './metrics?format=json', './health', './ready']);
  assert.match(page, /2 instruments, 13 series/);
  assert.match(
    page,
    /<tr><td>records\.received<\/td><td>counter<\/td><td>\{record\}<\/td><td>conveyor<\/td><td>What came in<\/td><td class="number">12<\/td><\/tr>/,
  );
});

test('nothing on the page runs or is loaded', async () => {
  const response = await asking(fakeSource('', [RECEIVED]))('/');
  assert.equal(response.headers.get('content-security-policy'), "default-src 'none'; style-src 'unsafe-inline'");
  assert.doesNotMatch(await response.text(), /<script|<img|<link|src=|url\(|https?:/);
});

test('a policy that the application has for all its pages is that of this one', async () => {
  const handler = nodeHandler(fakeSource('', [RECEIVED]));
  await using server = await mounted((request, response) => {
    response.setHeader('Content-Security-Policy', "default-src 'self'");
    handler(request, response);
  });
  const { headers } = await fetch(server.origin);
  assert.equal(headers.get('content-security-policy'), "default-src 'self'");
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
});

test('links lead below the mount, whether its path ends with a slash or not', async () => {
  const ask = asking(fakeSource(''), { prefix: '/internal/flow' });
  assert.equal(linksOf(await (await ask('/internal/flow/')).text())[0], './metrics');
  const withoutSlash = linksOf(await (await ask('/internal/flow')).text())[0] ?? '';
  assert.equal(new URL(withoutSlash, 'http://a.test/internal/flow').pathname, '/internal/flow/metrics');
});

test('whatever is in names and descriptions, it is text on the page', async () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><b>',
      "' onload='",
      '&amp;',
      '\u0000\u001b[31m\ud800',
      '-->',
      ']]>',
    ),
  );
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (name, unit, help) => {
      const source = fakeSource('', [{ ...RECEIVED, name, unit, help, type: name, scope: unit }]);
      const page = await (await asking(source)('/')).text();
      const [, row = ''] = /<tbody>\n<tr>(.*)<\/tr>\n<\/tbody>/s.exec(page) ?? [];
      const cells = row.split(/<td(?: class="number")?>|<\/td>/).filter((_, index) => index % 2 === 1);
      assert.equal(cells.length, 6);
      for (const cell of cells) {
        assert.doesNotMatch(cell, /[<>"']|&(?!#\d+;)/);
        // oxlint-disable-next-line no-control-regex -- it is control characters that must not be there
        assert.doesNotMatch(cell, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }
      const written = (cells[0] ?? '').replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
      if (/^[\x20-\x7e]*$/.test(name)) assert.equal(written, name);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('pages that are asked for at once share one look at the instruments', async () => {
  const held = Promise.withResolvers<readonly InstrumentOverview[]>();
  let looks = 0;
  const source: ScrapeSource = {
    ...fakeSource(''),
    overview: () => {
      looks += 1;
      return held.promise;
    },
  };
  const ask = asking(source);
  const pages = [ask('/'), ask('/'), ask('/')];
  held.resolve([]);
  await Promise.all(pages);
  assert.equal(looks, 1);
  await ask('/');
  assert.equal(looks, 2);
});

function linksOf(page: string): string[] {
  return [...page.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
}
