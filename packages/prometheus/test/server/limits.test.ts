import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeSource, heldSource, largeBody } from './support/fake-source.ts';
import { connectTo } from './support/raw-client.ts';
import { serving, type Serving } from './support/serving.ts';

const source = fakeSource('up 1\n');

for (const [what, head] of [
  ['a body', 'Content-Length: 4\r\n\r\nabcd'],
  ['a body that is still to come', 'Content-Length: 100000000\r\n\r\na'],
  ['a body in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n'],
] as const) {
  test(`a request with ${what} is refused, and its connection closed`, async () => {
    await using server = await serving(source);
    using client = await connectTo(server.origin);
    client.socket.write(`GET /metrics HTTP/1.1\r\nHost: a\r\n${head}`);
    const answer = await client.closed;
    assert.match(answer, /^HTTP\/1\.1 413 .*\r\nconnection: close\r\n.*A request has no body here\n$/is);
  });
}

test('a request that waits for leave to send its body does not get it', async () => {
  await using server = await serving(source);
  using client = await connectTo(server.origin);
  client.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
  assert.match(await client.closed, /^HTTP\/1\.1 413 /);
});

test('a POST with a body is told which methods there are, and its connection closed', async () => {
  await using server = await serving(source);
  using client = await connectTo(server.origin);
  client.socket.write('POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n');
  assert.match(await client.closed, /^HTTP\/1\.1 405 .*\r\nallow: GET, HEAD\r\n/is);
});

test('a body of no length is no body', async () => {
  await using server = await serving(source);
  using client = await connectTo(server.origin);
  client.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  assert.match(await client.closed, /^HTTP\/1\.1 200 /);
});

for (const [what, text, status] of [
  ['is no HTTP', 'hello\r\n\r\n', 400],
  ['is of TLS', '\u0016\u0003\u0001\u0002\u0000', 400],
  ['has no host', 'GET /metrics HTTP/1.1\r\n\r\n', 400],
  ['has two lengths', 'GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\n', 400],
  ['has 16 KB of headers', `GET /metrics HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(16 * 1024)}\r\n\r\n`, 431],
  ['has 16 KB of target', `GET /${'x'.repeat(16 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
] as const) {
  test(`what ${what} is refused with ${status}, its connection closed, and the server goes on`, async () => {
    await using server = await serving(source);
    using client = await connectTo(server.origin);
    client.socket.write(text);
    assert.match(await client.closed, new RegExp(`^HTTP/1\\.1 ${status} .*\r\nconnection: close\r\n`, 'is'));
    await answers(server);
  });
}

test('a connection that says nothing is closed in time', async () => {
  await using server = await serving(source, { limits: { headersMs: 20 } });
  using client = await connectTo(server.origin);
  assert.match(await client.closed, /^HTTP\/1\.1 408 /);
});

test('headers that come bit by bit are cut off in time, however busy the client is', async () => {
  await using server = await serving(source, { limits: { headersMs: 50 } });
  using client = await connectTo(server.origin);
  client.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\nX: ');
  const trickle = setInterval(() => client.socket.write('x'), 5);
  const answer = await client.closed;
  clearInterval(trickle);
  assert.match(answer, /^HTTP\/1\.1 408 /);
});

test('a connection that was answered is kept, and closed when nothing more is asked', async () => {
  await using server = await serving(source, { limits: { idleMs: 1 } });
  using client = await connectTo(server.origin);
  client.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.match(await client.closed, /\r\nConnection: keep-alive\r\n.*up 1\n$/is);
});

test('a client that has closed its side is answered, and the connection closed', async () => {
  await using server = await serving(source);
  using silent = await connectTo(server.origin, { allowHalfOpen: true });
  silent.socket.end();
  assert.equal(await silent.closed, '');
  await answers(server);
});

test('a client that does not read what it is sent is cut off, and its body does not count any more', async () => {
  const body = largeBody(160);
  const large = fakeSource(async () => body);
  await using server = await serving(large, { limits: { stallMs: 50 } });
  const clients = await Promise.all(Array.from({ length: 8 }, () => connectTo(server.origin)));
  const stalled = clients.map((client, index) => {
    client.socket.pause();
    client.socket.write(`GET /metrics?name[]=${index} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    return client;
  });
  // They are cut off one by one, and then there is room.
  while (large.requests.length < 8) await new Promise((resolve) => setImmediate(resolve));
  let status = 0;
  while (status !== 200) ({ status } = await fetch(`${server.origin}/metrics`, { method: 'HEAD' }));
  const received = stalled.map(async (client) => {
    client.socket.resume();
    return (await client.closed).length;
  });
  // Where there was room again one had been cut off; the others may have gone on in time.
  assert.ok(Math.min(...(await Promise.all(received))) < 160 * 128 * 1024);
});

test('where there are too many connections, those that never asked make room, the oldest first', async () => {
  await using server = await serving(source, { limits: { connections: 3 } });
  using scraper = await connectTo(server.origin);
  scraper.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await scraper.receives(/up 1\n$/);
  using first = await connectTo(server.origin);
  using second = await connectTo(server.origin);
  using third = await connectTo(server.origin);
  assert.equal(await first.closed, '');
  scraper.socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
  await scraper.receives(/healthy/);
  using fourth = await connectTo(server.origin);
  assert.equal(await second.closed, '');
  for (const client of [third, fourth]) {
    client.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.receives(/up 1\n$/);
  }
  // All have asked: the one whose answer is the longest ago makes room.
  using fifth = await connectTo(server.origin);
  await scraper.closed;
  fifth.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await fifth.receives(/up 1\n$/);
});

test('where all connections are being answered, a new one is refused', async () => {
  const held = heldSource();
  await using server = await serving(held, { limits: { connections: 2 } });
  const scrapes = [fetch(`${server.origin}/metrics?name[]=1`), fetch(`${server.origin}/metrics?name[]=2`)];
  while (held.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  using refused = await connectTo(server.origin);
  assert.equal(await refused.closed, '');
  held.letGo([]);
  for (const scrape of scrapes) assert.equal((await scrape).status, 200);
});

test('two thousand idle connections do not keep a scraper out', async () => {
  await using server = await serving(source);
  const idle = [];
  for (let index = 0; index < 2000; index += 1) idle.push(await connectTo(server.origin));
  await answers(server);
  let closed = 0;
  for (const client of idle.slice(0, 1700)) await client.closed.then(() => (closed += 1));
  assert.equal(closed, 1700);
  for (const client of idle) client[Symbol.dispose]();
});

async function answers(server: Serving): Promise<void> {
  assert.equal(await (await fetch(`${server.origin}/metrics`)).text(), 'up 1\n');
}
