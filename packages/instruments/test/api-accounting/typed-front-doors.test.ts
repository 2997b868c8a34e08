import { apiAccounting, createDeltaforge } from '@flowmeter/instruments/deltaforge';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import assert from 'node:assert/strict';
import { createServer, Server, type IncomingMessage, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { test } from 'node:test';

// What these tests say is said to the compiler: there is not one cast in them.
const api = apiAccounting(createDeltaforge({ attributes: { tenant: 'acme' }, panicHook: false }));

test('the middleware fits into Express wherever a middleware does', () => {
  const app = express();
  app.use(api.express()).use('/v1', api.express(), (_request, response) => void response.send('ok'));
  app.get('/users/:id', api.express(), (request, response) => void response.send(request.params.id));
  assert.equal(typeof app, 'function');
});

test('the plugin fits into Fastify, over HTTP/1 and HTTP/2', async () => {
  for (const app of [Fastify(), Fastify({ logger: false })]) await app.register(api.fastify).register(api.fastify, {});
  await Fastify({ http2: true }).register(api.fastify);
  // @ts-expect-error it is the plugin, and makes none
  assert.throws(() => api.fastify());
});

test("the middleware fits into Hono and leaves the application's types what they are", async () => {
  const app = new Hono<{ Variables: { user: string } }>()
    .use(api.hono())
    .use('/users/*', async (context, next) => {
      context.set('user', 'someone');
      await next();
    })
    .get('/users/:id', api.hono(), (context) => context.text(context.req.param('id') + context.get('user')));
  assert.equal(await (await app.request('/users/7')).text(), '7someone');
});

test("a listener's own types are those of routeOf, whatever the server", () => {
  const plain = (_request: IncomingMessage, response: ServerResponse): void => void response.end();
  const servers = [
    createServer(api.http(plain, { routeOf: (request) => request.headers.host })),
    createServer({ keepAlive: true }, api.http(express())),
    https.createServer({}, api.http(plain)),
    http2.createServer(
      api.http((_request, response) => void response.end(), { routeOf: ({ authority }) => authority }),
    ),
    new Server().on(
      'request',
      api.http((request, response) => void response.end(request.url)),
    ),
  ];
  for (const server of servers) assert.equal(server.listenerCount('request'), 1);
  // @ts-expect-error a route is a text
  api.http(plain, { routeOf: () => 7 });
});
