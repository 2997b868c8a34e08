import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fc } from '../support/properties.ts';
import { countedRequests } from './counted-requests.ts';

const require = createRequire(import.meta.url);

/** What comes by a middleware that was put where none belongs, or behind one that passes on something else. */
const anything = fc.oneof(
  fc.anything({ withNullPrototype: true }),
  fc.constantFrom(
    Object.freeze({ method: 'GET' }),
    { on: 7, off: 7 },
    { env: { incoming: {}, outgoing: { on() {}, off() {} } } },
  ),
  fc.constant(
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('not readable');
        },
      },
    ),
  ),
);

/** The functions as plain JavaScript sees them. */
type Untyped = (...given: unknown[]) => unknown;

test('whatever comes by the middleware for Express, what is next is called, once', () => {
  const middleware = countedRequests().api.express() as Untyped;
  fc.assert(
    fc.property(anything, anything, (request, response) => {
      let calls = 0;
      middleware(request, response, () => (calls += 1));
      assert.equal(calls, 1);
    }),
  );
});

test('whatever comes by the middleware for Hono, what is next is called, once', async () => {
  const middleware = countedRequests().api.hono() as Untyped;
  await fc.assert(
    fc.asyncProperty(anything, async (context) => {
      let calls = 0;
      await middleware(context, async () => void (calls += 1));
      assert.equal(calls, 1);
    }),
  );
});

test('whatever comes by the hook for Fastify, what is next is called, once', () => {
  const plugin = countedRequests().api.fastify as Untyped;
  const hooks: Untyped[] = [];
  plugin({ addHook: (_name: string, hook: Untyped) => hooks.push(hook) }, {}, () => {});
  assert.equal(hooks.length, 1);
  fc.assert(
    fc.property(anything, anything, (request, reply) => {
      let calls = 0;
      hooks[0]?.(request, reply, () => (calls += 1));
      assert.equal(calls, 1);
    }),
  );
});

test('CommonJS requires it, beside the frameworks that it requires', async () => {
  const { apiAccounting, createDeltaforge } =
    require('@flowmeter/instruments/deltaforge') as typeof import('@flowmeter/instruments/deltaforge');
  const { Hono } = require('hono') as typeof import('hono');
  const { fastify } = require('fastify') as typeof import('fastify');
  const api = apiAccounting(createDeltaforge({ panicHook: false }));
  const answer = await new Hono()
    .use(api.hono())
    .get('/', (context) => context.text('ok'))
    .request('/');
  assert.equal(answer.status, 200);
  const app = fastify();
  await app.register(api.fastify);
  assert.equal((await app.inject('/')).statusCode, 404);
});
