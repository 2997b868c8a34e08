import { Hono, type Context } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { methodNotAllowed } from 'hono/method-not-allowed';
import assert from 'node:assert/strict';
import { EventEmitter, getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { countedRequests } from './counted-requests.ts';
import { honoOnNode } from './hono-on-node.ts';
import { Served } from './served.ts';

const ok = (context: Context): Response => context.text('ok');
const users = (): Hono => new Hono().get('/users/:id', ok).get('/', ok);

/** What an application counts for requests, one after the other, without any server. */
async function countedBy(build: (app: Hono) => unknown, ...requests: readonly string[]): Promise<readonly string[]> {
  const { api, counted } = countedRequests();
  const app = new Hono();
  app.use(api.hono());
  build(app);
  for (const line of requests) {
    const [method = 'GET', path = '/'] = line.split(' ');
    await (await app.request(path, { method })).text();
  }
  return counted(requests.length);
}

const templates: readonly (readonly [title: string, build: (app: Hono) => unknown, path: string, route: string])[] = [
  ['a route', (app) => app.get('/users/:id', ok), '/users/7', '/users/:id'],
  ['the root', (app) => app.get('/', ok), '/', '/'],
  ['a wildcard', (app) => app.get('/files/*', ok), '/files/a/b', '/files/*'],
  ['a pattern', (app) => app.get('/users/:id{[0-9]+}', ok), '/users/7', '/users/:id{[0-9]+}'],
  ['an optional part', (app) => app.get('/users/:id?', ok), '/users', '/users/:id?'],
  ['one of several paths', (app) => app.on('GET', ['/a/:x', '/b/:y'], ok), '/b/7', '/b/:y'],
  ['several handlers', (app) => app.get('/users/:id', (_context, next) => next(), ok), '/users/7', '/users/:id'],
  ['all()', (app) => app.all('/users/:id', ok), '/users/7', '/users/:id'],
  ['the first of two that match', (app) => app.get('/users/:id', ok).get('/users/me', ok), '/users/me', '/users/:id'],
  ['route()', (app) => app.route('/v1', users()), '/v1/users/7', '/v1/users/:id'],
  ['route() with a parameter', (app) => app.route('/t/:tenant', users()), '/t/a/users/7', '/t/:tenant/users/:id'],
  [
    'route() in route()',
    (app) => app.route('/a/:x', new Hono().route('/b/:y', users())),
    '/a/1/b/2/users/3',
    '/a/:x/b/:y/users/:id',
  ],
  [
    'route() with an error handler',
    (app) =>
      app.route(
        '/v1',
        new Hono().all('/users/:id', ok).onError((_error, context) => ok(context)),
      ),
    '/v1/users/7',
    '/v1/users/:id',
  ],
  ['basePath()', (app) => app.basePath('/v1/:x').get('/users/:id', ok), '/v1/1/users/7', '/v1/:x/users/:id'],
  [
    'a middleware around it',
    (app) => app.use('/users/*', (_context, next) => next()).get('/users/:id', ok),
    '/users/7',
    '/users/:id',
  ],
];

for (const [title, build, path, route] of templates) {
  test(`Hono counts by template: ${title}`, async () => {
    assert.deepEqual(await countedBy(build, `GET ${path}`), [`GET ${route} 200`]);
  });
}

test('Hono counts all requests that match no route as one', async () => {
  const build = (app: Hono): unknown =>
    app
      .use('/v1/*', (_context, next) => next())
      .route('/v1', users())
      .post('/only', ok)
      .notFound((context) => context.text('gone', 410));
  assert.deepEqual(
    await countedBy(build, 'GET /nothing', 'GET /v1/nothing', 'GET /only', 'HEAD /only', 'OPTIONS /only'),
    ['GET unmatched 410', 'GET unmatched 410', 'GET unmatched 410', 'HEAD unmatched 410', 'OPTIONS unmatched 410'],
  );
});

test('Hono counts a method that is not allowed as unmatched', async () => {
  const build = (app: Hono): unknown => app.use(methodNotAllowed({ app })).get('/users/:id', ok);
  assert.deepEqual(await countedBy(build, 'PUT /users/7'), ['PUT unmatched 405']);
});

test('Hono counts HEAD under the route for GET', async () => {
  assert.deepEqual(await countedBy((app) => app.get('/users/:id', ok), 'HEAD /users/7'), ['HEAD /users/:id 200']);
});

test('Hono counts a request that a middleware answers under the route that was to take it', async () => {
  const build = (app: Hono): unknown => app.use(basicAuth({ username: 'a', password: 'b' })).get('/users/:id', ok);
  assert.deepEqual(await countedBy(build, 'GET /users/7', 'GET /nothing'), ['GET /users/:id 401', 'GET unmatched 401']);
});

test('Hono counts errors under the route, those that it does not handle included', async () => {
  const { api, counted } = countedRequests();
  const app = new Hono().use(api.hono()).onError((_error, context) => context.text('no', 500));
  app.get('/error/:id', () => {
    throw new Error('no');
  });
  app.get('/value/:id', () => {
    throw 'no'; // oxlint-disable-line no-throw-literal, typescript/only-throw-error -- what Hono passes on
  });
  app.get('/nothing/:id', (() => {}) as unknown as typeof ok);
  await app.request('/error/7');
  await assert.rejects(
    async () => app.request('/value/7'),
    (thrown) => thrown === 'no',
  );
  await app.request('/nothing/7');
  assert.deepEqual(await counted(3), ['GET /error/:id 500', 'GET /nothing/:id 500', 'GET /value/:id 500']);
});

test('Hono counts a request once, however often the middleware is in its way, and in each accounting', async () => {
  const [first, second] = [countedRequests(), countedRequests()];
  const inner = new Hono().use(first.api.hono()).get('/v1/users/:id', ok);
  const app = new Hono().use(first.api.hono(), second.api.hono()).use('/v1/*', first.api.hono());
  app.all('/v1/*', (context) => inner.fetch(context.req.raw));
  await app.request('/v1/users/7');
  assert.deepEqual(await first.counted(1), ['GET /v1/users/:id 200']);
  assert.deepEqual(await second.counted(1), ['GET /v1/* 200']);
});

test('Hono counts a request as aborted when its signal says so before it is answered', async () => {
  const { api, counted } = countedRequests();
  const arrivals = new EventEmitter();
  const app = new Hono().use(api.hono());
  app.get('/never/:id', () => {
    arrivals.emit('arrived');
    return new Promise(() => {});
  });
  app.get('/late/:id', async (context) => {
    arrivals.emit('arrived');
    await once(context.req.raw.signal, 'abort');
    return context.text('too late');
  });
  for (const path of ['/never/7', '/late/7']) {
    const controller = new AbortController();
    const arrived = once(arrivals, 'arrived');
    void app.request(path, { signal: controller.signal });
    await arrived;
    controller.abort();
  }
  assert.deepEqual(await counted(2), ['GET /late/:id aborted', 'GET /never/:id aborted']);
});

test('no listener is left on the signal of a request that was answered', async () => {
  const { api, counted } = countedRequests();
  const app = new Hono().use(api.hono()).get('/users/:id', ok);
  const request = new Request('http://localhost/users/7');
  const before = getEventListeners(request.signal, 'abort').length;
  await app.fetch(request);
  await counted(1);
  assert.equal(getEventListeners(request.signal, 'abort').length, before);
});

test('on Node, Hono counts an answer when its last byte is written, and as aborted when that is never', async () => {
  const { api, counted } = countedRequests();
  const arrivals = new EventEmitter();
  const app = new Hono().use(api.hono());
  app.get('/users/:id', ok);
  app.get('/stream/:id', (context) =>
    context.body(
      new ReadableStream({
        pull: (controller) => {
          controller.enqueue(new TextEncoder().encode('some'));
          arrivals.emit('arrived');
          return new Promise(() => {});
        },
      }),
    ),
  );
  await using served = await Served.by(createServer(honoOnNode(app, { bindings: true })));
  await served.fetch('/users/7');
  const arrived = once(arrivals, 'arrived');
  const socket = await served.open('GET /stream/7');
  await arrived;
  assert.deepEqual(await counted(1), ['GET /users/:id 200'], 'the stream goes on');
  socket.destroy();
  assert.deepEqual(await counted(2), ['GET /stream/:id aborted', 'GET /users/:id 200']);
});

test('an answer of Hono is the same with the middleware', async () => {
  const { api } = countedRequests();
  const build = (app: Hono): Hono => {
    app.get('/users/:id', (context) => context.json({ id: context.req.param('id') }, 201, { 'x-a': 'b' }));
    return app.notFound((context) => context.text('gone', 410));
  };
  const [without, accounted] = [build(new Hono().use((_context, next) => next())), build(new Hono().use(api.hono()))];
  for (const path of ['/users/7', '/nothing']) {
    const [expected, actual] = [await without.request(path), await accounted.request(path)];
    assert.equal(actual.status, expected.status);
    assert.deepEqual([...actual.headers], [...expected.headers]);
    assert.equal(await actual.text(), await expected.text());
  }
});
