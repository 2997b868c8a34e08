import assert from 'node:assert/strict';
import { test } from 'node:test';
import zlib from 'node:zlib';
import * as fc from 'fast-check';
import { compress } from '../../src/server/compression.ts';
import { asking } from './support/ask.ts';
import { fakeSource, largeBody, textOf } from './support/fake-source.ts';

const HAS_ZSTD = typeof zlib.createZstdCompress === 'function';
const ZSTD = { skip: HAS_ZSTD ? false : 'this Node has no zstd' };

const BODY = 'up 1\n'.repeat(1000);
const ask = asking(fakeSource(BODY));

test('gzip gives the body back', async () => {
  const { response, bytes } = await askedFor('gzip');
  assert.equal(response.headers.get('content-encoding'), 'gzip');
  assert.equal(response.headers.get('content-length'), String(bytes.length));
  assert.equal(zlib.gunzipSync(bytes).toString(), BODY);
});

test('zstd gives the body back', ZSTD, async () => {
  const { response, bytes } = await askedFor('zstd');
  assert.equal(response.headers.get('content-encoding'), 'zstd');
  assert.equal(response.headers.get('content-length'), String(bytes.length));
  assert.equal(zlib.zstdDecompressSync(bytes).toString(), BODY);
});

test('gzip gives any chunks back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300_000, size: 'max' }), { maxLength: 5 }), async (chunks) => {
      const compressed = await compress(chunks, 'gzip');
      assert.ok(zlib.gunzipSync(Buffer.concat(compressed)).equals(Buffer.concat(chunks)));
    }),
    { seed: 1, numRuns: 20 },
  );
});

test('others have their turn between any two slices of 128 KB of a large body', async () => {
  let turns = 0;
  let turn = setImmediate(function next() {
    turns += 1;
    turn = setImmediate(next);
  });
  const compressed = await compress([new Uint8Array(80 * 128 * 1024)], 'gzip');
  clearImmediate(turn);
  assert.equal(zlib.gunzipSync(Buffer.concat(compressed)).length, 80 * 128 * 1024);
  assert.ok(turns >= 80, `${turns} turns`);
});

for (const [header, expected] of [
  [undefined, null],
  ['', null],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['deflate, br', null],
  ['*', 'gzip'],
  ['gzip;q=0', null],
  ['gzip;q=0, *', null],
  ['gzip; q=0.5 , identity;q=0.6', null],
  ['gzip;q=0.001', 'gzip'],
  ['identity, gzip', 'gzip'],
  ['gzip;q=1.5', null],
  ['gzip;q=x', null],
  ['gzip;q=0.5;x=y', null],
  [',, gzip ,', 'gzip'],
  ['*;q=0, gzip', 'gzip'],
] as const) {
  test(`Accept-Encoding ${header ?? 'missing'} is answered with ${expected ?? 'the body as it is'}`, async () => {
    const { response } = await askedFor(header);
    assert.deepEqual([response.status, response.headers.get('content-encoding')], [200, expected]);
    assert.equal(response.headers.get('vary'), 'Accept, Accept-Encoding');
  });
}

for (const [header, expected] of [
  ['gzip, zstd', 'zstd'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip;q=0.9, zstd;q=0.8', 'gzip'],
  ['zstd;q=0, gzip;q=0.1', 'gzip'],
] as const) {
  test(`of ${header} it is ${expected} that is taken`, ZSTD, async () => {
    assert.equal((await askedFor(header)).response.headers.get('content-encoding'), expected);
  });
}

for (const header of ['identity;q=0', '*;q=0', 'br, identity;q=0', 'br, *;q=0']) {
  test(`Accept-Encoding ${header} is 406 with what there is`, async () => {
    const { response, bytes } = await askedFor(header);
    assert.equal(response.status, 406);
    assert.equal(bytes.toString(), 'None of the accepted encodings: there are gzip, zstd and identity\n');
  });
}

test('a body of less than 1 KB is never compressed, one of 1 KB is', async () => {
  for (const [length, expected] of [
    [1023, null],
    [1024, 'gzip'],
  ] as const) {
    const response = await asking(fakeSource('x'.repeat(length)))('/metrics', {
      headers: { 'accept-encoding': 'gzip' },
    });
    assert.equal(response.headers.get('content-encoding'), expected);
  }
});

test('a client that takes nothing else gets the smallest body compressed', async () => {
  const response = await asking(fakeSource('x'))('/metrics', { headers: { 'accept-encoding': 'gzip, identity;q=0' } });
  assert.equal(zlib.gunzipSync(await response.arrayBuffer()).toString(), 'x');
});

test('a body in several chunks arrives whole, compressed or not', async () => {
  const chunks = largeBody(5);
  const large = asking(fakeSource(async () => chunks));
  assert.equal(await (await large('/metrics')).text(), textOf(chunks));
  const compressed = await large('/metrics', { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(zlib.gunzipSync(await compressed.arrayBuffer()).toString(), textOf(chunks));
});

async function askedFor(header: string | undefined): Promise<{ response: Response; bytes: Buffer }> {
  const response = await ask('/metrics', header === undefined ? {} : { headers: { 'accept-encoding': header } });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}
