import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { test } from 'node:test';
import { countedBy, fail, ok, pass, routerWith, users } from './accounted-express.ts';
import { countedRequests } from './counted-requests.ts';
import { Served } from './served.ts';

const failures: readonly (readonly [title: string, build: (app: Express) => void, counted: string])[] = [
  ['a route', (app) => app.get('/users/:id', fail), 'GET /users/:id 500'],
  [
    'a mounted router',
    (app) =>
      app.use(
        '/users',
        routerWith((router) => router.get('/:id', fail)),
      ),
    'GET /users/:id 500',
  ],
  [
    'a mounted application',
    (app) => app.use('/users', express().set('env', 'test').get('/:id', fail)),
    'GET /users/:id 500',
  ],
  [
    'a promise',
    (app) => app.get('/users/:id', () => Promise.reject(Object.assign(new Error('no'), { status: 409 }))),
    'GET /users/:id 409',
  ],
  [
    'a parameter',
    (app) =>
      app.param('id', (_q, _s, next) => next(Object.assign(new Error('no'), { status: 400 }))).get('/users/:id', ok),
    'GET /users/:id 400',
  ],
  ['a middleware before the route', (app) => app.use(fail).get('/users/:id', ok), 'GET unmatched 500'],
];

for (const [title, build, counted] of failures) {
  test(`Express counts an error by the route that it comes from: ${title}`, async () => {
    assert.deepEqual(await countedBy(build, 'GET /users/7'), [counted]);
  });
}

test('Express counts an error under its route when an error handler of the application answers', async () => {
  const build = (app: Express): void => {
    app.use(
      '/v1',
      express().use(
        '/:x',
        routerWith((router) => router.get('/users/:id', fail)),
      ),
    );
    app.use(
      (_error: Error, _request: Request, response: Response, _next: NextFunction) => void response.sendStatus(503),
    );
  };
  assert.deepEqual(await countedBy(build, 'GET /v1/1/users/7'), ['GET /v1/:x/users/:id 503']);
});

test('Express counts all requests that match no route as one', async () => {
  const build = (app: Express): void => void app.use('/v1', users()).post('/only', ok);
  assert.deepEqual(
    await countedBy(
      build,
      'GET /nothing',
      'GET /v1/nothing',
      'GET /only',
      'HEAD /only',
      'GET /users/%zz',
      'GET /v1/users/%zz',
    ),
    [
      'GET unmatched 400',
      'GET unmatched 404',
      'GET unmatched 404',
      'GET unmatched 404',
      'GET unmatched 404',
      'HEAD unmatched 404',
    ],
  );
});

test('Express counts a request as unmatched that a middleware answers before its route is looked for', async () => {
  const build = (app: Express): void => {
    app.use((_request, response) => void response.sendStatus(401)).get('/users/:id', ok);
  };
  assert.deepEqual(await countedBy(build, 'GET /users/7'), ['GET unmatched 401']);
});

test('Express counts HEAD under the route for GET, and an answer to OPTIONS that no route gives as unmatched', async () => {
  const build = (app: Express): void => void app.get('/users/:id', ok);
  assert.deepEqual(await countedBy(build, 'HEAD /users/7', 'OPTIONS /users/7'), [
    'HEAD /users/:id 200',
    'OPTIONS unmatched 200',
  ]);
});

test('Express counts a 404 of a handler, and of a route that hands over to nobody, under the route', async () => {
  const build = (app: Express): void => {
    app.get('/users/:id', (_request, response) => void response.sendStatus(404)).get('/files/*path', pass);
  };
  assert.deepEqual(await countedBy(build, 'GET /users/7', 'GET /files/a'), [
    'GET /files/*path 404',
    'GET /users/:id 404',
  ]);
});

test('a router of Express that tells only that something has matched has * for its mount paths', async () => {
  const build = (app: Express): void => {
    app.use('/a/:x', users()).use(users()).get('/static/:y', ok);
    forgetPatterns(app.router.stack);
  };
  assert.deepEqual(await countedBy(build, 'GET /a/1/users/7', 'GET /users/7', 'GET /static/3'), [
    'GET */users/:id 200',
    'GET /static/:y 200',
    'GET /users/:id 200',
  ]);
});

test('Express counts a request once, however often the middleware is in its way, and in each accounting', async () => {
  const [first, second] = [countedRequests(), countedRequests()];
  const app = express();
  app.use(first.api.express(), second.api.express(), first.api.express());
  app.use(
    '/v1',
    first.api.express(),
    routerWith((router) => router.get('/users/:id', first.api.express(), ok)),
  );
  await using served = await Served.by(createServer(first.api.http(app)));
  await served.fetch('/v1/users/7');
  assert.deepEqual(await first.counted(1), ['GET /v1/users/:id 200']);
  assert.deepEqual(await second.counted(1), ['GET /v1/users/:id 200']);
});

test('a middleware that is mounted counts what comes by it, under the whole template', async () => {
  const { api, counted } = countedRequests();
  const app = express().get('/other', ok);
  app.use(
    '/a/:x',
    routerWith((router) => router.use(api.express()).use(users())),
  );
  await using served = await Served.by(createServer(app));
  await served.fetch('/other');
  await served.fetch('/a/1/users/7');
  assert.deepEqual(await counted(1), ['GET /a/:x/users/:id 200']);
});

test('a router of Express without an application is counted as well, with * for mount paths', async () => {
  const { api, counted } = countedRequests();
  const inner = routerWith((router) => router.get('/users/:id', (_request, response) => void response.end()));
  const router = routerWith((outer) => outer.use(api.express()).use(inner).use('/a/:x', inner));
  const listener = (request: IncomingMessage, response: ServerResponse): unknown =>
    router(request as Request, response as Response, () => response.writeHead(404).end());
  await using served = await Served.by(createServer(listener));
  for (const path of ['/users/7', '/a/1/users/7', '/nothing']) await served.fetch(path);
  assert.deepEqual(await counted(3), ['GET */users/:id 200', 'GET /users/:id 200', 'GET unmatched 404']);
});

test('Express counts an answer that the client does not wait for as aborted, under its route', async () => {
  const { api, counted } = countedRequests();
  const app = express().use(api.express());
  app.get('/never/:id', () => app.emit('arrived'));
  app.get('/stream/:id', (_request, response) => response.write('some', () => app.emit('arrived')));
  await using served = await Served.by(createServer(app));
  for (const line of ['GET /never/7', 'GET /stream/7']) {
    const arrived = once(app, 'arrived');
    const socket = await served.open(line);
    await arrived;
    socket.destroy();
  }
  assert.deepEqual(await counted(2), ['GET /never/:id aborted', 'GET /stream/:id aborted']);
});

test('what handlers see of a request is what they see without the middleware', async () => {
  const { api } = countedRequests();
  const seen: unknown[] = [];
  const see = (request: Request, response: Response): void => {
    seen.push([request.route, request.baseUrl, request.url, request.params, { ...request }.route]);
    response.send('ok');
  };
  const router = routerWith((mounted) => mounted.get('/users/:id', see));
  for (const middleware of [pass, api.express()]) {
    await using served = await Served.by(createServer(express().use(middleware).use('/a/:x', router)));
    await served.fetch('/a/1/users/7');
  }
  assert.deepEqual(seen[1], seen[0]);
});

interface Layer {
  match(path: string): unknown;
  path?: string;
  handle?: { readonly stack?: readonly Layer[] };
}

/** As routers before 2.3 are: the layer keeps what has matched, and nobody the pattern. */
function forgetPatterns(layers: readonly unknown[]): void {
  for (const layer of layers as readonly Layer[]) {
    const match = layer.match.bind(layer);
    layer.match = (path) => {
      const matched = match(path) as { readonly path: string } | false;
      if (matched === false) return false;
      layer.path = matched.path;
      // The router of today needs what it has returned; for what asks whether it is an object it is none.
      return Object.assign(() => {}, matched);
    };
    forgetPatterns(layer.handle?.stack ?? []);
  }
}
