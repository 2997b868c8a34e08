import assert from 'node:assert/strict';
import { test } from 'node:test';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { createHandler } from '../../src/server/handler.ts';
import { nodeHandler } from '../../src/server/node-handler.ts';
import { fakeSource } from './support/fake-source.ts';
import { mounted } from './support/serving.ts';

const source = fakeSource('up 1\n');

type Fetch = (path: string, init?: RequestInit) => Promise<Response>;

test('the handler mounts on node:http as it is', async () => {
  await using server = await mounted(nodeHandler(source));
  await answersBelow('', (path, init) => fetch(server.origin + path, init));
});

test('the handler mounts on node:http below a prefix', async () => {
  const handler = nodeHandler(source, { prefix: '/internal' });
  await using server = await mounted((request, response) => {
    if (request.url?.startsWith('/internal')) handler(request, response);
    else response.end('the application');
  });
  await answersBelow('/internal', (path, init) => fetch(server.origin + path, init));
  assert.equal(await (await fetch(server.origin)).text(), 'the application');
});

for (const prefix of ['', '/internal']) {
  test(`the handler mounts on Express with ${prefix === '' ? 'no prefix' : 'the prefix as well'}`, async () => {
    const app = express();
    app.use(express.json());
    app.use('/internal', nodeHandler(source, { prefix }));
    app.get('/', (_, response) => void response.send('the application'));
    await using server = await mounted(app);
    await answersBelow('/internal', (path, init) => fetch(server.origin + path, init), prefix);
    assert.equal(await (await fetch(server.origin)).text(), 'the application');
  });
}

test('the handler mounts on Fastify', async () => {
  const app = fastify();
  const handler = nodeHandler(source, { prefix: '/internal' });
  for (const path of ['/internal', '/internal/*']) {
    app.all(path, (request, reply) => {
      reply.hijack();
      handler(request.raw, reply.raw);
    });
  }
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    await answersBelow('/internal', (path, init) => fetch(origin + path, init));
  } finally {
    await app.close();
  }
});

test('the handler mounts on Hono, which cuts off the path', async () => {
  const app = new Hono();
  app.mount('/internal', createHandler(source));
  await answersBelow('/internal', async (path, init) => app.request(path, init), '');
});

test('the handler mounts on Hono as a route', async () => {
  const app = new Hono();
  const handler = createHandler(source, { prefix: '/internal' });
  app.all('/internal/*', (context) => handler(context.req.raw));
  await answersBelow('/internal', async (path, init) => app.request(path, init));
});

test('a page below Express has links that lead there, with a slash at its end or without', async () => {
  const app = express();
  app.use('/internal', nodeHandler(source));
  await using server = await mounted(app);
  for (const path of ['/internal', '/internal/', '/internal?x=/']) {
    const page = await (await fetch(server.origin + path)).text();
    const [, link = ''] = /href="([^"]*)"/.exec(page) ?? [];
    assert.equal(new URL(link, server.origin + path).pathname, '/internal/metrics', path);
  }
});

/** All paths are there. @param told the prefix that the handler knows */
async function answersBelow(prefix: string, ask: Fetch, told = prefix): Promise<void> {
  const metrics = await ask(`${prefix}/metrics?name[]=up`);
  assert.deepEqual([metrics.status, await metrics.text()], [200, 'up 1\n']);
  assert.deepEqual(source.requests.at(-1)?.names, new Set(['up']));
  const head = await ask(`${prefix}/metrics`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '5', '']);
  assert.equal((await ask(`${prefix}/metrics`, { method: 'POST' })).status, 405);
  for (const path of ['/health', '/ready', '/', ''].filter((each) => prefix + each !== '')) {
    assert.equal((await ask(prefix + path)).status, 200, path);
  }
  const missing = await ask(`${prefix}/nothing`);
  assert.deepEqual([missing.status, await missing.text()], [404, `Not found. Metrics are at ${told}/metrics\n`]);
}
