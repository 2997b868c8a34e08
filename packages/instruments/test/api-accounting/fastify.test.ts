import Fastify, { type FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import http2 from 'node:http2';
import type { Server } from 'node:net';
import { test } from 'node:test';
import { countedRequests } from './counted-requests.ts';
import { Served } from './served.ts';

const ok = async (): Promise<string> => 'ok';

async function listening(app: FastifyInstance): Promise<Server> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

/** What an instance counts for requests, one after the other. */
async function countedBy(
  build: (app: FastifyInstance) => unknown,
  ...requests: readonly string[]
): Promise<readonly string[]> {
  const { api, counted } = countedRequests();
  const app = Fastify();
  await app.register(api.fastify);
  await build(app);
  await using served = await Served.by(await listening(app));
  for (const line of requests) {
    const [method, path = '/'] = line.split(' ');
    await served.fetch(path, method);
  }
  const lines = await counted(requests.length);
  await app.close();
  return lines;
}

const templates: readonly (readonly [
  title: string,
  build: (app: FastifyInstance) => unknown,
  path: string,
  route: string,
])[] = [
  ['a route', (app) => app.get('/users/:id', ok), '/users/7', '/users/:id'],
  ['the root', (app) => app.get('/', ok), '/', '/'],
  ['a wildcard', (app) => app.get('/files/*', ok), '/files/a/b', '/files/*'],
  ['a regular expression', (app) => app.get('/v:major(^\\d+)', ok), '/v12', '/v:major(^\\d+)'],
  [
    'a prefix',
    (app) => app.register(async (v1) => v1.get('/users/:id', ok), { prefix: '/v1' }),
    '/v1/users/7',
    '/v1/users/:id',
  ],
  [
    'a prefix with a parameter',
    (app) => app.register(async (v1) => v1.get('/users/:id', ok), { prefix: '/t/:tenant' }),
    '/t/a/users/7',
    '/t/:tenant/users/:id',
  ],
  ['the root of a prefix', (app) => app.register(async (v1) => v1.get('/', ok), { prefix: '/v1' }), '/v1/', '/v1'],
  [
    'prefixes in prefixes',
    (app) =>
      app.register(
        async (a) => {
          await a.register(async (b) => b.get('/c', ok), { prefix: '/b' });
        },
        { prefix: '/a/:x' },
      ),
    '/a/1/b/c',
    '/a/:x/b/c',
  ],
];

for (const [title, build, path, route] of templates) {
  test(`Fastify counts by template: ${title}`, async () => {
    assert.deepEqual(await countedBy(build, `GET ${path}`), [`GET ${route} 200`]);
  });
}

test('Fastify counts all requests that match no route as one, whoever handles them', async () => {
  const build = async (app: FastifyInstance): Promise<void> => {
    app.post('/only', ok);
    app.setNotFoundHandler((_request, reply) => reply.code(404).send('no'));
    await app.register(
      async (v1) => v1.setNotFoundHandler((_request, reply) => reply.code(410).send('gone')).get('/x', ok),
      { prefix: '/v1' },
    );
  };
  assert.deepEqual(
    await countedBy(build, 'GET /nothing', 'GET /v1/nothing', 'GET /only', 'HEAD /only', 'OPTIONS /only'),
    ['GET unmatched 404', 'GET unmatched 404', 'GET unmatched 410', 'HEAD unmatched 404', 'OPTIONS unmatched 404'],
  );
});

test('Fastify counts HEAD under the route for GET', async () => {
  assert.deepEqual(await countedBy((app) => app.get('/users/:id', ok), 'HEAD /users/7'), ['HEAD /users/:id 200']);
});

test('Fastify counts errors, refusals of hooks and callNotFound under the route', async () => {
  const build = (app: FastifyInstance): void => {
    app.get('/fails/:id', () => Promise.reject(new Error('no')));
    app.get('/missing/:id', (_request, reply) => reply.callNotFound());
    app.get('/refused/:id', { onRequest: async (_request, reply) => reply.code(401).send() }, ok);
    app.get('/invalid/:id', { schema: { querystring: { required: ['q'], type: 'object' } } }, ok);
  };
  assert.deepEqual(await countedBy(build, 'GET /fails/1', 'GET /missing/1', 'GET /refused/1', 'GET /invalid/1'), [
    'GET /fails/:id 500',
    'GET /invalid/:id 400',
    'GET /missing/:id 404',
    'GET /refused/:id 401',
  ]);
});

test('Fastify counts what it answers before any hook', async () => {
  const build = (app: FastifyInstance): unknown => app.get('/users/:id', ok);
  assert.deepEqual(await countedBy(build, 'GET /users/%zz', `GET /users/${'x'.repeat(101)}`), [
    'GET unmatched 400',
    'GET unmatched 414',
  ]);
});

test('Fastify counts an answer that the client does not wait for as aborted, under its route', async () => {
  const { api, counted } = countedRequests();
  const app = Fastify();
  await app.register(api.fastify);
  app.get('/never/:id', (_request, _reply) => {
    app.server.emit('arrived');
    return new Promise(() => {});
  });
  app.get('/stream/:id', (_request, reply) => {
    reply.hijack();
    reply.raw.write('some', () => app.server.emit('arrived'));
  });
  await using served = await Served.by(await listening(app));
  for (const line of ['GET /never/7', 'GET /stream/7']) {
    const arrived = once(app.server, 'arrived');
    const socket = await served.open(line);
    await arrived;
    socket.destroy();
  }
  assert.deepEqual(await counted(2), ['GET /never/:id aborted', 'GET /stream/:id aborted']);
});

test('Fastify counts requests that are injected', async () => {
  const { api, counted } = countedRequests();
  const app = Fastify();
  await app.register(api.fastify);
  app.get('/users/:id', ok);
  await app.inject('/users/7');
  await app.inject({ method: 'POST', url: '/users/7' });
  assert.deepEqual(await counted(2), ['GET /users/:id 200', 'POST unmatched 404']);
});

test('Fastify counts on all its servers, where a host has several addresses', async () => {
  const { api, counted } = countedRequests();
  const app = Fastify();
  await app.register(api.fastify);
  app.get('/users/:id', ok);
  await app.listen({ port: 0, host: 'localhost' });
  const urls = app.addresses().map((address) => {
    assert.ok(typeof address === 'object');
    return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/users/7`;
  });
  for (const url of urls) await (await fetch(url)).text();
  assert.deepEqual(
    await counted(urls.length),
    urls.map(() => 'GET /users/:id 200'),
  );
  await app.close();
});

test('Fastify counts over HTTP/2', async () => {
  const { api, counted } = countedRequests();
  const app = Fastify({ http2: true });
  await app.register(api.fastify);
  app.get('/users/:id', ok);
  await using served = await Served.by(await listening(app as unknown as FastifyInstance));
  const client = http2.connect(`http://127.0.0.1:${served.port}`);
  await once(client.request({ ':path': '/users/7' }).resume(), 'end');
  client.close();
  assert.deepEqual(await counted(1), ['GET /users/:id 200']);
});

test('an inner instance of Fastify counts its own requests only', async () => {
  const { api, counted } = countedRequests();
  const app = Fastify();
  app.get('/outer', ok);
  await app.register(async (inner) => {
    await inner.register(api.fastify);
    inner.get('/inner/:id', ok);
  });
  await using served = await Served.by(await listening(app));
  for (const path of ['/outer', '/nothing', '/inner/7']) await served.fetch(path);
  assert.deepEqual(await counted(1), ['GET /inner/:id 200']);
});

test('Fastify counts a request once, however often the plugin is registered, and in each accounting', async () => {
  const [first, second] = [countedRequests(), countedRequests()];
  const app = Fastify({ serverFactory: (handler) => createServer(first.api.http(handler)) });
  for (const { api } of [first, second, first]) await app.register(api.fastify);
  await app.register(async (inner) => {
    await inner.register(first.api.fastify);
    inner.get('/users/:id', ok);
  });
  await using served = await Served.by(await listening(app));
  await served.fetch('/users/7');
  assert.deepEqual(await first.counted(1), ['GET /users/:id 200']);
  assert.deepEqual(await second.counted(1), ['GET /users/:id 200']);
});

test('Fastify counts what it refuses while it closes', async () => {
  const { api, counted } = countedRequests();
  const app = Fastify();
  await app.register(api.fastify);
  app.get('/users/:id', ok);
  const closing = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  app.addHook('preClose', () => {
    closing.resolve();
    return answered.promise;
  });
  await using served = await Served.by(await listening(app));
  const closed = app.close();
  await closing.promise;
  assert.equal(await served.fetch('/users/7'), 503);
  answered.resolve();
  assert.deepEqual(await counted(1), ['GET unmatched 503']);
  await closed;
});
