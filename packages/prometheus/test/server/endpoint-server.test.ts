import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { captureReports, stopReports } from '../../../instruments/test/support/reports.ts';
import { PrometheusServer } from '../../src/server/endpoint-server.ts';
import { Health } from '../../src/server/health.ts';
import { fakeSource, heldSource } from './support/fake-source.ts';
import { connectTo } from './support/raw-client.ts';
import { serving } from './support/serving.ts';

const source = fakeSource('up 1\n');

const CLOSED = { message: 'the server has been closed, and does not listen again' };

test('listen resolves to the URL of the metrics, with the port it has taken', async () => {
  const server = new PrometheusServer(source, { host: 'localhost', port: 0 });
  const url = await server.listen();
  assert.match(url, /^http:\/\/localhost:[1-9]\d*\/metrics$/);
  assert.equal(await (await fetch(url)).text(), 'up 1\n');
  await server.close();
});

test('an IPv6 address is in brackets', async (context) => {
  const server = new PrometheusServer(source, { host: '::1', port: 0 });
  const url = await server.listen().catch(() => undefined);
  if (url === undefined) return context.skip('this machine has no IPv6');
  assert.match(url, /^http:\/\/\[::1\]:\d+\/metrics$/);
  await server.close();
});

test('a port in use is the error of Node, and close does no harm', async () => {
  const other = createServer();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const server = new PrometheusServer(source, { host: '127.0.0.1', port });
  await assert.rejects(server.listen(), { code: 'EADDRINUSE', port });
  await server.close();
  other.close();
});

test('an address of no machine is the error of Node', async () => {
  // An address for documentation, which no machine has (RFC 5737).
  await assert.rejects(new PrometheusServer(source, { host: '203.0.113.1', port: 0 }).listen(), {
    code: 'EADDRNOTAVAIL',
  });
});

test('the health of the application is told', async () => {
  const health = new Health();
  health.component('database').failed('gone');
  await using server = await serving(source, { health });
  assert.equal((await fetch(`${server.origin}/health`)).status, 503);
});

test('a request target may be a whole URL, as a proxy asks', async () => {
  await using server = await serving(source);
  for (const [target, status] of [
    ['http://proxy.test/metrics?name[]=a/b', 200],
    ['http://proxy.test', 200],
    ['http://proxy.test?x=/metrics', 200],
    ['HTTPS://proxy.test/metrics', 200],
    ['http://proxy.test/', 200],
    ['http://proxy.test/nothing', 404],
    ['ftp://proxy.test/metrics', 404],
    ['/metrics#x', 200],
  ] as const) {
    using client = await connectTo(server.origin);
    client.socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.match(await client.closed, new RegExp(`^HTTP/1\\.1 ${status} `), target);
  }
});

test('a server that has been closed does not listen again', async () => {
  const closed = new PrometheusServer(source, { host: '127.0.0.1', port: 0 });
  await closed.close();
  await assert.rejects(closed.listen(), CLOSED);
  const server = new PrometheusServer(source, { host: '127.0.0.1', port: 0 });
  const url = await server.listen();
  await server.close();
  await assert.rejects(server.listen(), CLOSED);
  await assert.rejects(fetch(url));
});

for (const host of ['localhost', '127.0.0.1']) {
  test(`a server on ${host} that is closed while it begins to listen does not`, async () => {
    const servers: Server[] = [];
    const server = new PrometheusServer(source, {
      host,
      port: 0,
      createHttpServer(options, listener) {
        const created = createServer(options, listener);
        servers.push(created);
        return created;
      },
    });
    const listening = server.listen();
    const refused = assert.rejects(listening, CLOSED);
    await server.close();
    await refused;
    // What begins to listen meanwhile would have by now.
    await once(createServer().listen(0, host).unref(), 'listening');
    assert.deepEqual(
      servers.map((each) => each.listening),
      [false],
    );
  });
}

test('a server that could not listen may try again', async () => {
  const other = createServer();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const server = new PrometheusServer(source, { host: '127.0.0.1', port });
  await assert.rejects(server.listen(), { code: 'EADDRINUSE' });
  other.close();
  await once(other, 'close');
  assert.equal(await (await fetch(await server.listen())).text(), 'up 1\n');
  await server.close();
});

test('close lets a scrape that is under way finish, and takes no new connection', async () => {
  const held = heldSource();
  const server = new PrometheusServer(held, { host: '127.0.0.1', port: 0 });
  const url = await server.listen();
  using client = await connectTo(url);
  client.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => held.requests.length === 1);
  const closing = server.close();
  assert.equal(server.close(), closing);
  await assert.rejects(fetch(url));
  held.letGo([Buffer.from('up 1\n')]);
  assert.match(await client.closed, /\r\n\r\nup 1\n$/);
  await closing;
});

test('close closes connections that wait, whether they have asked for anything or not', async () => {
  const server = new PrometheusServer(source, { host: '127.0.0.1', port: 0 });
  const url = await server.listen();
  using silent = await connectTo(url);
  using kept = await connectTo(url);
  kept.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await kept.receives(/up 1\n$/);
  await server.close();
  await Promise.all([silent.closed, kept.closed]);
});

test('close cuts off a scrape that takes too long', async (context) => {
  const held = heldSource();
  const server = new PrometheusServer(held, { host: '127.0.0.1', port: 0 });
  using client = await connectTo(await server.listen());
  client.socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => held.requests.length === 1);
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const closing = server.close();
  context.mock.timers.tick(1000);
  await closing;
  assert.equal(await client.closed, '');
});

test('who is not authorized gets what the hook has answered, and nothing is asked of the source', async () => {
  const asked = fakeSource('up 1\n');
  await using server = await serving(asked, {
    async authorize({ headers }, response) {
      if (headers.authorization === 'let me in') return true;
      response.writeHead(401).end('no\n');
      return false;
    },
  });
  const refused = await fetch(`${server.origin}/metrics`);
  assert.deepEqual([refused.status, await refused.text()], [401, 'no\n']);
  assert.equal(asked.requests.length, 0);
  const allowed = await fetch(`${server.origin}/metrics`, { headers: { authorization: 'let me in' } });
  assert.equal(allowed.status, 200);
});

test('a hook that fails lets nobody in, and tells only the log why', async (context) => {
  const reports = captureReports();
  context.after(stopReports);
  await using server = await serving(source, { authorize: () => Promise.reject(new Error('secret')) });
  const response = await fetch(`${server.origin}/metrics`);
  assert.deepEqual([response.status, await response.text()], [500, 'the request could not be authorized\n']);
  assert.deepEqual(reports, ['flowmeter: the request could not be authorized: secret']);
});

/** Resolves when it is so, which it is after a few turns of the event loop. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
