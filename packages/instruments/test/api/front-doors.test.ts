import { apiAccounting, createDeltaforge } from '@flowmeter/instruments/deltaforge';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import http, { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';

const api = apiAccounting(createDeltaforge({ attributes: { tenant: 'acme' } }));
export const e = express();
e.use(api.express());
e.use('/x', api.express(), (_q, r) => void r.send(''));
e.get('/y', api.express(), (_q, r) => void r.send(''));
export const f = Fastify();
await f.register(api.fastify);
await f.register(api.fastify, { prefix: '/x' });
export const f2 = Fastify({ http2: true });
await f2.register(api.fastify);
export const h = new Hono<{ Variables: { a: string } }>().use(api.hono()).get('/x', (c) => c.json({ a: c.get('a') }));
export const h2 = new Hono().use('/x/*', api.hono()).get('/x', api.hono(), (c) => c.text(''));
export const s = [
  createServer(
    api.http((request: IncomingMessage, response: ServerResponse) => void response.end(), {
      routeOf: (request) => request.url,
    }),
  ),
  createServer(api.http((request: IncomingMessage, response: ServerResponse) => void response.end(request.url))),
  createServer(api.http(e)),
  createServer(
    api.http(async (_request: IncomingMessage, response: ServerResponse) => {
      await Promise.resolve();
      response.end();
    }),
  ),
  https.createServer(
    {},
    api.http((request: IncomingMessage, response: ServerResponse) => void response.end(request.url)),
  ),
  http2.createServer(
    api.http((request, response) => void response.end(request.url), { routeOf: ({ authority }) => authority }),
  ),
  new http.Server().on(
    'request',
    api.http((request, response) => void response.end(request.url)),
  ),
];
