import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { ServerLimits } from '../../src/server/server-limits.ts';
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

test('of a body of whoever is not let in no more is read than comes at once', async () => {
  const sockets: Socket[] = [];
  await using server = await serving(source, {
    async authorize({ socket }, response) {
      sockets.push(socket);
      response.writeHead(401).end('no\n');
      return false;
    },
  });
  using client = await connectTo(server.origin);
  client.socket.write('POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\n');
  const body = Buffer.alloc(1024 * 1024);
  const fill = (): void => void client.socket.write(body, (error) => error ?? fill());
  fill();
  await client.closed;
  const read = sockets.map(({ bytesRead }) => bytesRead);
  assert.equal(read.length, 1);
  assert.ok(Math.max(...read) < 4 * body.length, `${read.join()} bytes`);
});

test('a request that expects what there is not is answered like any other, to whoever is let in', async () => {
  const asked = 'GET /metrics HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n';
  await using open = await serving(source);
  using allowed = await connectTo(open.origin);
  allowed.socket.write(asked);
  assert.match(await allowed.closed, /^HTTP\/1\.1 200 /);
  await using guarded = await serving(source, {
    async authorize(_, response) {
      response.writeHead(401).end();
      return false;
    },
  });
  using refused = await connectTo(guarded.origin);
  refused.socket.write(asked);
  assert.match(await refused.closed, /^HTTP\/1\.1 401 /);
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

for (const [what, limits] of [
  ['a client that does not read what it is sent', { stallMs: 50 }],
  ['a response that takes too long, whoever reads it,', { responseMs: 50 }],
] as const) {
  test(`${what} is cut off`, async () => {
    const large = largeServer(limits);
    await using server = await large.serving;
    using client = await connectTo(server.origin);
    client.socket.pause();
    client.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
    await large.closes('/metrics');
    client.socket.resume();
    assert.ok((await client.closed).length < 160 * 128 * 1024);
  });
}

test('eight clients that hardly read keep nobody out: the one that has read longest is cut off', async () => {
  const large = largeServer({});
  await using server = await large.serving;
  const clients = [];
  for (let index = 0; index < 8; index += 1) {
    const client = await connectTo(server.origin);
    client.socket.write(`GET /metrics?name[]=${index} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await client.receives(/\r\n\r\na/);
    client.socket.pause();
    clients.push(client);
  }
  const scrape = await fetch(`${server.origin}/metrics`);
  assert.equal(scrape.status, 200);
  await scrape.text();
  await large.closes('/metrics?name[]=0');
  const received = clients.map(async (client) => {
    client.socket.resume();
    return (await client.closed).length < 160 * 128 * 1024;
  });
  assert.deepEqual(
    await Promise.all(received),
    clients.map((_, index) => index === 0),
  );
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

/** A server of a body that is more than the buffers of both ends of a connection. */
function largeServer(limits: Partial<ServerLimits>): {
  serving: Promise<Serving>;
  /** Resolves when the response is over. */
  closes(target: string): Promise<void>;
} {
  const body = largeBody(160);
  const closed = new Map<string, Promise<unknown>>();
  return {
    serving: serving(
      fakeSource(async () => body),
      {
        limits,
        createHttpServer: (options, listener) =>
          createServer(options, (request, response) => {
            closed.set(request.url ?? '', once(response, 'close'));
            listener(request, response);
          }),
      },
    ),
    async closes(target) {
      while (!closed.has(target)) await new Promise((resolve) => setImmediate(resolve));
      await closed.get(target);
    },
  };
}

async function answers(server: Serving): Promise<void> {
  assert.equal(await (await fetch(`${server.origin}/metrics`)).text(), 'up 1\n');
}
