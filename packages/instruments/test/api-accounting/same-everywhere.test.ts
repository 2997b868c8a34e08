import type { ApiAccounting } from '@flowmeter/instruments/deltaforge';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { test } from 'node:test';
import { fc } from '../support/properties.ts';
import { countedRequests } from './counted-requests.ts';
import { honoOnNode } from './hono-on-node.ts';
import { Served } from './served.ts';

/**
 * One API, written for each framework as its users write it: pipelines that can be read, made and removed, those of a tenant in a part
 * of their own, a report that fails, one that never comes, and one that is never complete.
 */
interface Framework {
  readonly name: string;
  serve(api: ApiAccounting, arrivals: EventEmitter): Promise<Server> | Server;
}

const STREAM = (arrivals: EventEmitter): ReadableStream => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  void writable
    .getWriter()
    .write(new TextEncoder().encode('some'))
    .then(() => arrivals.emit('arrived'));
  return readable;
};

const frameworks: readonly Framework[] = [
  { name: 'node:http', serve: (api, arrivals) => createServer(api.http(byHand(arrivals), { routeOf: templateOf })) },
  {
    name: 'Express',
    serve(api, arrivals) {
      const app = express().set('env', 'test').use(api.express());
      const pipelines = express.Router();
      pipelines.get('/pipelines/:id', (_request, response) => void response.send('ok'));
      pipelines.delete('/pipelines/:id', (_request, response) => void response.status(204).end());
      app.use('/', pipelines).use('/tenants/:tenant', pipelines);
      app.post('/pipelines', (_request, response) => void response.status(201).end());
      app.get('/reports/:id/failing', () => {
        throw Object.assign(new Error('failed'), { stack: '' });
      });
      app.get('/reports/:id/never', () => void arrivals.emit('arrived'));
      app.get('/reports/:id/stream', (_request, response) => response.write('some', () => arrivals.emit('arrived')));
      return createServer(app);
    },
  },
  {
    name: 'Fastify',
    async serve(api, arrivals) {
      const app = Fastify();
      await app.register(api.fastify);
      for (const prefix of ['', '/tenants/:tenant']) {
        await app.register(
          async (pipelines) => {
            pipelines.get('/pipelines/:id', async () => 'ok');
            pipelines.delete('/pipelines/:id', (_request, reply) => reply.code(204).send());
          },
          { prefix },
        );
      }
      app.post('/pipelines', (_request, reply) => reply.code(201).send());
      app.get('/reports/:id/failing', () => Promise.reject(new Error('failed')));
      app.get('/reports/:id/never', () => {
        arrivals.emit('arrived');
        return new Promise(() => {});
      });
      app.get('/reports/:id/stream', (_request, reply) => reply.send(STREAM(arrivals)));
      await app.listen({ port: 0, host: '127.0.0.1' });
      return app.server;
    },
  },
  {
    name: 'Hono',
    serve(api, arrivals) {
      const app = new Hono().use(api.hono()).onError((_error, context) => context.text('failed', 500));
      const pipelines = new Hono();
      pipelines.get('/pipelines/:id', (context) => context.text('ok'));
      pipelines.delete('/pipelines/:id', (context) => context.body(null, 204));
      app.route('/', pipelines).route('/tenants/:tenant', pipelines);
      app.post('/pipelines', (context) => context.body(null, 201));
      app.get('/reports/:id/failing', () => {
        throw new Error('failed');
      });
      app.get('/reports/:id/never', () => {
        arrivals.emit('arrived');
        return new Promise(() => {});
      });
      app.get('/reports/:id/stream', (context) => context.body(STREAM(arrivals)));
      return createServer(honoOnNode(app, { bindings: true }));
    },
  },
];

const RAW = 'raw';

/** What a client may have in the place of a parameter: anything, as long as it is not empty. */
const raw = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('pipelines', 'failing', ':id', '*', '/', '?', '..'),
  )
  .map((text) => RAW + encodeURIComponent(text.toWellFormed()));

/** A request, and what it counts as. */
interface Planned {
  readonly line: string;
  readonly counted: string;
}

const planned: fc.Arbitrary<Planned> = fc
  .tuple(
    raw,
    raw,
    fc.constantFrom('', `?${RAW}=1`),
    fc.constantFrom<(a: string, b: string) => Planned>(
      (a) => ({ line: `GET /pipelines/${a}`, counted: 'GET /pipelines/:id 200' }),
      (a) => ({ line: `HEAD /pipelines/${a}`, counted: 'HEAD /pipelines/:id 200' }),
      (a) => ({ line: `DELETE /pipelines/${a}`, counted: 'DELETE /pipelines/:id 204' }),
      (a, b) => ({ line: `GET /tenants/${a}/pipelines/${b}`, counted: 'GET /tenants/:tenant/pipelines/:id 200' }),
      (a, b) => ({ line: `DELETE /tenants/${a}/pipelines/${b}`, counted: 'DELETE /tenants/:tenant/pipelines/:id 204' }),
      () => ({ line: 'POST /pipelines', counted: 'POST /pipelines 201' }),
      (a) => ({ line: `GET /reports/${a}/failing`, counted: 'GET /reports/:id/failing 500' }),
      (a) => ({ line: `GET /reports/${a}/never`, counted: 'GET /reports/:id/never aborted' }),
      (a) => ({ line: `GET /reports/${a}/stream`, counted: 'GET /reports/:id/stream aborted' }),
      (a) => ({ line: `PUT /pipelines/${a}`, counted: 'PUT unmatched 404' }),
      (a) => ({ line: `PROPFIND /pipelines/${a}`, counted: '_OTHER unmatched 404' }),
      () => ({ line: 'HEAD /pipelines', counted: 'HEAD unmatched 404' }),
      (a, b) => ({ line: `GET /${a}/${b}`, counted: 'GET unmatched 404' }),
      (a, b) => ({ line: `GET /pipelines/${a}/${b}`, counted: 'GET unmatched 404' }),
      (a) => ({ line: `OPTIONS /${a}`, counted: 'OPTIONS unmatched 404' }),
    ),
  )
  .map(([a, b, query, plan]) => {
    const { line, counted } = plan(a, b);
    return { line: line + query, counted };
  });

for (const { name, serve } of frameworks) {
  test(`${name} counts any sequence of requests as all others do, and nothing raw of it`, async () => {
    const { api, counted } = countedRequests();
    const arrivals = new EventEmitter();
    await using served = await Served.by(await serve(api, arrivals));
    const expected: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(planned, { minLength: 1, maxLength: 20 }), async (requests) => {
        for (const request of requests) {
          expected.push(request.counted);
          await send(served, request, arrivals);
        }
        assert.deepEqual(await counted(expected.length), expected.toSorted());
      }),
      // What is expected is what has been sent so far: a shorter sequence would have to begin anew.
      { numRuns: 25, endOnFailure: true },
    );
    assert.deepEqual(
      expected.filter((line) => line.includes(RAW)),
      [],
    );
  });
}

async function send(served: Served, { line, counted }: Planned, arrivals: EventEmitter): Promise<void> {
  const [method, path = '/'] = line.split(' ');
  if (!counted.endsWith('aborted')) {
    await served.fetch(path, method);
    return;
  }
  const arrived = once(arrivals, 'arrived');
  const socket = await served.open(line);
  await arrived;
  socket.destroy();
}

/** The routes of the API, for a server without a framework. */
const ROUTES: readonly (readonly [methods: RegExp, path: RegExp, template: string])[] = [
  [/^(GET|HEAD|DELETE)$/, /^\/pipelines\/[^/]+$/, '/pipelines/:id'],
  [/^(GET|HEAD|DELETE)$/, /^\/tenants\/[^/]+\/pipelines\/[^/]+$/, '/tenants/:tenant/pipelines/:id'],
  [/^POST$/, /^\/pipelines$/, '/pipelines'],
  [/^GET$/, /^\/reports\/[^/]+\/failing$/, '/reports/:id/failing'],
  [/^GET$/, /^\/reports\/[^/]+\/never$/, '/reports/:id/never'],
  [/^GET$/, /^\/reports\/[^/]+\/stream$/, '/reports/:id/stream'],
];

function templateOf({ method = '', url = '' }: IncomingMessage): string | undefined {
  const [path = ''] = url.split('?');
  return ROUTES.find(([methods, paths]) => methods.test(method) && paths.test(path))?.[2];
}

function byHand(arrivals: EventEmitter) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const template = templateOf(request);
    if (template?.endsWith('/never')) arrivals.emit('arrived');
    else if (template?.endsWith('/stream')) response.write('some', () => arrivals.emit('arrived'));
    else response.writeHead(statusOf(template, request.method)).end();
  };
}

function statusOf(template: string | undefined, method: string | undefined): number {
  if (template === undefined) return 404;
  if (template.endsWith('/failing')) return 500;
  return { POST: 201, DELETE: 204 }[method ?? ''] ?? 200;
}
