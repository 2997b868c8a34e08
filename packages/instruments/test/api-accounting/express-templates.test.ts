import express, { type Express } from 'express';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedBy, ok, pass, routerWith, users } from './accounted-express.ts';

const templates: readonly (readonly [title: string, build: (app: Express) => void, path: string, route: string])[] = [
  ['a route', (app) => app.get('/users/:id', ok), '/users/7', '/users/:id'],
  ['the root', (app) => app.get('/', ok), '/', '/'],
  ['a query', (app) => app.get('/users/:id', ok), '/users/7?id=8', '/users/:id'],
  ['a slash at the end', (app) => app.get('/users/:id', ok), '/users/7/', '/users/:id'],
  ['a wildcard', (app) => app.get('/files/*path', ok), '/files/a/b/c', '/files/*path'],
  ['an optional part', (app) => app.get('/files{/:name}', ok), '/files', '/files{/:name}'],
  ['a regular expression', (app) => app.get(/^\/v(\d+)$/, ok), '/v12', String.raw`/^\/v(\d+)$/`],
  ['one of several paths', (app) => app.get(['/a/:x', '/b/:y'], ok), '/b/7', '/b/:y'],
  ['several handlers', (app) => app.get('/users/:id', pass, [pass, ok]), '/users/7', '/users/:id'],
  ['route()', (app) => app.route('/users/:id').get(pass).all(ok), '/users/7', '/users/:id'],
  ['all()', (app) => app.all('/users/:id', ok), '/users/7', '/users/:id'],
  ['a mounted router', (app) => app.use('/v1', users()), '/v1/users/7', '/v1/users/:id'],
  ['the root of a mounted router', (app) => app.use('/v1', users()), '/v1', '/v1'],
  ['a router mounted at the root', (app) => app.use(users()), '/users/7', '/users/:id'],
  ['a mount path with a slash at its end', (app) => app.use('/v1/', users()), '/v1/users/7', '/v1/users/:id'],
  [
    'a mount path with a parameter',
    (app) => app.use('/tenants/:tenant', users()),
    '/tenants/a/users/7',
    '/tenants/:tenant/users/:id',
  ],
  [
    'a parameter that equals what stands beside it',
    (app) => app.use('/users/:id', users()),
    '/users/users/users/users',
    '/users/:id/users/:id',
  ],
  ['one of several mount paths', (app) => app.use(['/a/:x', '/b/:y'], users()), '/b/1/users/7', '/b/:y/users/:id'],
  [
    'a mount path with a wildcard',
    (app) =>
      app.use(
        '/files/*rest',
        routerWith((router) => router.get('/', ok)),
      ),
    '/files/a/b%2Fc',
    '/files/*rest',
  ],
  [
    'a mount path that is a regular expression',
    (app) => app.use(/\/v\d+/, users()),
    '/v12/users/7',
    String.raw`/\/v\d+//users/:id`,
  ],
  [
    'routers in routers',
    (app) =>
      app.use(
        '/a/:x',
        routerWith((router) => router.use('/b/:y', users())),
      ),
    '/a/1/b/2/users/3',
    '/a/:x/b/:y/users/:id',
  ],
  [
    'a router that is mounted twice',
    (app) => {
      const twice = users();
      app.use('/a/:x', twice).use('/b/:y', twice);
    },
    '/b/1/users/2',
    '/b/:y/users/:id',
  ],
  ['a router beside a middleware', (app) => app.use('/a/:x', pass, users()), '/a/1/users/2', '/a/:x/users/:id'],
  [
    'an application in the application',
    (app) => app.use('/a/:x', express().use('/b/:y', users())),
    '/a/1/b/2/users/3',
    '/a/:x/b/:y/users/:id',
  ],
  [
    'an application in an application in the application',
    (app) => app.use('/a/:x', express().use('/b/:y', express().get('/c/:z', ok))),
    '/a/1/b/2/c/3',
    '/a/:x/b/:y/c/:z',
  ],
  [
    'an application in a router',
    (app) =>
      app.use(
        '/a/:x',
        routerWith((router) => router.use('/b/:y', express().get('/c/:z', ok))),
      ),
    '/a/1/b/2/c/3',
    '/a/:x/b/:y/c/:z',
  ],
  [
    'an application that is mounted twice',
    (app) => {
      const twice = express().use(users());
      app.use('/a/:x', twice);
      app.use('/b/:y', twice);
    },
    '/a/1/users/2',
    '/a/:x/users/:id',
  ],
  [
    'a path that a middleware has rewritten',
    (app) =>
      app
        .use((request, _response, next) => {
          request.url = '/v1/users/8';
          next();
        })
        .use('/v1', users()),
    '/somewhere',
    '/v1/users/:id',
  ],
  [
    'a route that hands over to another',
    (app) => app.get('/users/:id', (_q, _s, next) => next('route')).get('/:all/:id', ok),
    '/users/7',
    '/:all/:id',
  ],
  [
    'a router that a function hides',
    (app) => {
      const hidden = users();
      app.use('/a/:x', (...args) => hidden(...args));
    },
    '/a/1/users/2',
    '*/users/:id',
  ],
  [
    'a router that a function at the root hides',
    (app) => {
      const hidden = users();
      app.use((...args) => hidden(...args));
    },
    '/users/2',
    '/users/:id',
  ],
];

for (const [title, build, path, route] of templates) {
  test(`Express counts by template: ${title}`, async () => {
    assert.deepEqual(await countedBy(build, `GET ${path}`), [`GET ${route} 200`]);
  });
}
