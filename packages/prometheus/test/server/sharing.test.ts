import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { asking } from './support/ask.ts';
import { fakeSource, heldSource, largeBody, textOf } from './support/fake-source.ts';

const BODY = largeBody(3);

test('scrapes for the same that come while one is rendered get that one’s result', async () => {
  const source = heldSource();
  const ask = asking(source);
  const responses = Array.from({ length: 20 }, () => ask('/metrics'));
  await settled();
  assert.equal(source.requests.length, 1);
  source.letGo(BODY);
  for (const response of await Promise.all(responses)) assert.equal(await response.text(), textOf(BODY));
});

test('a scrape that comes after one was rendered has a rendering of its own', async () => {
  const source = fakeSource('a 1\n');
  const ask = asking(source);
  await ask('/metrics');
  await ask('/metrics');
  assert.equal(source.requests.length, 2);
});

test('the same names in another order are the same, other names and forms are not', async () => {
  const source = heldSource();
  const ask = asking(source);
  const responses = ['?name[]=a&name[]=b', '?name[]=b&name[]=a', '?name[]=a', '', '?format=json'].map((query) =>
    ask(`/metrics${query}`),
  );
  await settled();
  assert.equal(source.requests.length, 4);
  source.letGo([]);
  await Promise.all(responses);
});

test('a rendering is compressed once for all who take it so', async (context) => {
  const created = context.mock.method(zlib, 'createGzip');
  syncBuiltinESMExports();
  context.after(() => {
    created.mock.restore();
    syncBuiltinESMExports();
  });
  const source = heldSource();
  const ask = asking(source);
  const responses = Array.from({ length: 5 }, () => ask('/metrics', { headers: { 'accept-encoding': 'gzip' } }));
  const plain = ask('/metrics');
  await settled();
  source.letGo(BODY);
  for (const response of await Promise.all(responses)) {
    assert.equal(zlib.gunzipSync(await response.arrayBuffer()).toString(), textOf(BODY));
  }
  assert.equal(await (await plain).text(), textOf(BODY));
  assert.equal(created.mock.callCount(), 1);
});

test('the ninth body in memory is refused with 503, and when to come again', async () => {
  const source = heldSource();
  const ask = asking(source);
  const taken = Array.from({ length: 8 }, (_, index) => ask(`/metrics?name[]=${index}`));
  await settled();
  const refused = await ask('/metrics');
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
  assert.equal(await refused.text(), 'Too many scrapes at a time: try again in a second\n');
  assert.equal(source.requests.length, 8);

  // One that is under way already can be shared.
  taken.push(ask('/metrics?name[]=7'));
  source.letGo([]);
  for (const response of await Promise.all(taken)) assert.equal(response.status, 200);
  assert.equal((await ask('/health')).status, 200);
});

test('where eight large bodies are only read, the one that has been longest makes room, for all who share it', async () => {
  const source = fakeSource(async () => BODY);
  const ask = asking(source);
  const [one, two] = await Promise.all([ask('/metrics'), ask('/metrics')]);
  assert.equal(source.requests.length, 1);
  const others = [];
  for (let index = 0; index < 7; index += 1) others.push(await ask('/metrics'));
  assert.equal((await ask('/metrics')).status, 200);
  await assert.rejects(one.text(), /not read on/);
  await assert.rejects(two.text(), /not read on/);
  for (const other of others) assert.equal(await other.text(), textOf(BODY));
});

test('a large body makes no room for others any more when it has been read, or given up', async () => {
  const ask = asking(fakeSource(async () => BODY));
  const first = await ask('/metrics');
  for (let index = 0; index < 10; index += 1) {
    const response = await ask('/metrics');
    if (index % 2 === 0) await response.text();
    else await response.body?.cancel();
  }
  assert.equal(await first.text(), textOf(BODY));
});

test('small bodies, bodies that HEAD does not send and renderings that fail do not count', async () => {
  let body: () => Promise<readonly Uint8Array[]> = async () => [new Uint8Array(128 * 1024)];
  const ask = asking(fakeSource(() => body()));
  for (let index = 0; index < 10; index += 1) await ask('/metrics');
  body = () => Promise.reject(new Error('no'));
  for (let index = 0; index < 10; index += 1) await ask('/metrics');
  body = async () => BODY;
  for (let index = 0; index < 10; index += 1) await ask('/metrics', { method: 'HEAD' });
  assert.equal((await ask('/metrics')).status, 200);
});

test('a large body that nobody reads is given up after half a minute', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const ask = asking(fakeSource(async () => BODY));
  const dropped = await ask('/metrics');
  context.mock.timers.tick(30_000);
  await assert.rejects(dropped.text(), /not read on/);
});

test('whoever has less time than the scrape that is under way is told so in time', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const source = heldSource();
  const ask = asking(source);
  const patient = ask('/metrics', within(30));
  const hasty = ask('/metrics', within(2));
  await settled();
  context.mock.timers.tick(1750);
  const refused = await hasty;
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
  assert.match(await refused.text(), /^Not ready in X-Prometheus-Scrape-Timeout-Seconds: /);
  source.letGo(BODY);
  assert.equal(await (await patient).text(), textOf(BODY));
  assert.deepEqual(
    source.requests.map(({ timeoutMs }) => timeoutMs),
    [29_000],
  );
});

test('whoever has less time than the scrape that is under way gets its result if that is in time', async () => {
  const source = heldSource();
  const ask = asking(source);
  const scrapes = [ask('/metrics', within(30)), ask('/metrics', within(2))];
  await settled();
  source.letGo(BODY);
  for (const scrape of scrapes) assert.equal(await (await scrape).text(), textOf(BODY));
  assert.equal(source.requests.length, 1);
});

test('a rendering that nobody waits for any more counts until it is done', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const source = heldSource();
  const ask = asking(source);
  const hasty = Array.from({ length: 8 }, (_, index) => ask(`/metrics?name[]=${index}`, within(1)));
  await settled();
  context.mock.timers.tick(1000);
  for (const scrape of hasty) assert.equal((await scrape).status, 503);
  assert.match(await (await ask('/metrics')).text(), /^Too many scrapes/);
  source.letGo(BODY);
  await settled();
  assert.equal((await ask('/health')).status, 200);
  const next = ask('/metrics');
  await settled();
  source.letGo(BODY);
  assert.equal((await next).status, 200);
});

function within(seconds: number): RequestInit {
  return { headers: { 'x-prometheus-scrape-timeout-seconds': `${seconds}` } };
}

/** Everything that can go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
