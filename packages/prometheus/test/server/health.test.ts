import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Readiness } from '../../src/server/health-parts.ts';
import { Health } from '../../src/server/health.ts';
import { asking, type Ask } from './support/ask.ts';
import { fakeSource } from './support/fake-source.ts';

test('an application without components is healthy and ready', async () => {
  for (const options of [{}, { health: new Health() }]) {
    const ask = asking(fakeSource(''), options);
    assert.deepEqual(await told(ask, '/health'), [200, { status: 'healthy', components: 0, pipelines: 0 }]);
    assert.deepEqual(await told(ask, '/ready'), [200, { status: 'ready', components: [], pipelines: [] }]);
  }
});

test('a component starts as not ready, which is healthy', async () => {
  const { health, ask } = application();
  health.component('database');
  assert.deepEqual(await told(ask, '/health'), [200, { status: 'healthy', components: 1, pipelines: 0 }]);
  assert.deepEqual(await told(ask, '/ready'), [
    503,
    { status: 'not ready', components: [{ name: 'database', status: 'not ready', reason: 'starting' }], pipelines: [] },
  ]);
});

test('an application is ready when all its components are', async () => {
  const { health, ask } = application();
  const [database, queue] = [health.component('database'), health.component('queue')];
  database.ready();
  assert.deepEqual(await told(ask, '/ready'), [
    503,
    {
      status: 'not ready',
      components: [
        { name: 'database', status: 'ready' },
        { name: 'queue', status: 'not ready', reason: 'starting' },
      ],
      pipelines: [],
    },
  ]);
  queue.ready();
  const components = [
    { name: 'database', status: 'ready' },
    { name: 'queue', status: 'ready' },
  ];
  assert.deepEqual(await told(ask, '/ready'), [200, { status: 'ready', components, pipelines: [] }]);
});

test('a component may become not ready again, and says why', async () => {
  const { health, ask } = application();
  const database = health.component('database');
  database.ready();
  database.notReady('reconnecting');
  assert.deepEqual(await told(ask, '/ready'), [
    503,
    {
      status: 'not ready',
      components: [{ name: 'database', status: 'not ready', reason: 'reconnecting' }],
      pipelines: [],
    },
  ]);
});

test('a component that has failed makes the application neither healthy nor ready, until it is ready again', async () => {
  const { health, ask } = application();
  const [database, queue] = [health.component('database'), health.component('queue')];
  queue.ready();
  database.failed('no such host');
  assert.deepEqual(await told(ask, '/health'), [
    503,
    { status: 'unhealthy', failed: [{ name: 'database', reason: 'no such host' }] },
  ]);
  const [status, { components }] = await told(ask, '/ready');
  assert.equal(status, 503);
  assert.deepEqual(components, [
    { name: 'database', status: 'failed', reason: 'no such host' },
    { name: 'queue', status: 'ready' },
  ]);
  database.ready();
  assert.equal((await told(ask, '/health'))[0], 200);
  assert.equal((await told(ask, '/ready'))[0], 200);
});

test('a component that is removed does not count, whatever is said of it later', async () => {
  const { health, ask } = application();
  const [database, other] = [health.component('database'), health.component('database')];
  database.failed('gone');
  other.ready();
  database.remove();
  database.failed('gone');
  database.remove();
  assert.deepEqual(await told(ask, '/health'), [200, { status: 'healthy', components: 1, pipelines: 0 }]);
  assert.deepEqual(await told(ask, '/ready'), [
    200,
    { status: 'ready', components: [{ name: 'database', status: 'ready' }], pipelines: [] },
  ]);
});

test('pipelines count beside components, and say what they do', async () => {
  const { health, ask } = application();
  const [orders, users] = [health.pipeline('orders'), health.pipeline('users')];
  users.running();
  const starting = { name: 'orders', status: 'not ready', reason: 'starting' };
  const running = { name: 'users', status: 'running' };
  const pipelines = [starting, running];
  assert.deepEqual(await told(ask, '/ready'), [503, { status: 'not ready', components: [], pipelines }]);
  orders.running();
  assert.deepEqual(await told(ask, '/health'), [200, { status: 'healthy', components: 0, pipelines: 2 }]);
  orders.failed('no such table');
  const reason = 'no such table';
  assert.deepEqual(await told(ask, '/health'), [503, { status: 'unhealthy', failed: [{ name: 'orders', reason }] }]);
  assert.equal((await told(ask, '/ready'))[0], 503);
  orders.remove();
  orders.running();
  assert.deepEqual(await told(ask, '/ready'), [200, { status: 'ready', components: [], pipelines: [running] }]);
});

test('a pipeline that somebody has paused or stopped makes nothing unready: it could not be resumed where nobody comes', async () => {
  const { health, ask } = application();
  const [orders, users] = [health.pipeline('orders'), health.pipeline('users')];
  orders.paused();
  users.stopped();
  const pipelines = [
    { name: 'orders', status: 'paused' },
    { name: 'users', status: 'stopped' },
  ];
  assert.deepEqual(await told(ask, '/ready'), [200, { status: 'ready', components: [], pipelines }]);
  assert.equal((await told(ask, '/health'))[0], 200);
});

test('all that is said of a pipeline is told at once, its end too', () => {
  const said: unknown[] = [];
  const health = new Health({ onPipeline: (pipeline, isRemoved) => said.push([pipeline, isRemoved]) });
  const orders = health.pipeline('orders');
  orders.failed('no such table');
  orders.running();
  orders.remove();
  orders.remove();
  const running = { name: 'orders', status: 'running' };
  assert.deepEqual(said, [
    [{ name: 'orders', status: 'not ready', reason: 'starting' }, false],
    [{ name: 'orders', status: 'failed', reason: 'no such table' }, false],
    [running, false],
    [running, true],
  ]);
});

test('what a component says may be of any type, as the error itself, and never throws into the application', async () => {
  const { health, ask } = application();
  health.component('database').failed(new Error('refused') as unknown as string);
  health.component(7 as unknown as string).failed(Object.create(null) as string);
  assert.deepEqual((await told(ask, '/health'))[1].failed, [
    { name: 'database', reason: 'refused' },
    { name: '7', reason: 'something that cannot be written' },
  ]);
});

test('what is told is JSON that nobody keeps', async () => {
  const { ask } = application();
  for (const path of ['/health', '/ready']) {
    const { headers } = await ask(path);
    assert.deepEqual([headers.get('content-type'), headers.get('cache-control')], ['application/json', 'no-store']);
  }
});

interface Told {
  readonly status: string;
  readonly components?: unknown;
  readonly pipelines?: unknown;
  readonly failed?: unknown;
}

async function told(ask: Ask, path: string): Promise<[number, Told]> {
  const response = await ask(path);
  return [response.status, (await response.json()) as Told];
}

function application(): { health: Health; ask: Ask } {
  const health = new Health();
  return { health, ask: asking(fakeSource(''), { health }) };
}

test('each change of readiness is told once, with the state of every component', async () => {
  const changes: Omit<Readiness, 'pipelines'>[] = [];
  const health = new Health({ onReadiness: ({ isReady, components }) => changes.push({ isReady, components }) });
  const database = health.component('database');
  const kafka = health.component('kafka');
  await Promise.resolve();
  database.ready();
  await Promise.resolve();
  kafka.ready();
  await Promise.resolve();
  kafka.notReady('rebalancing');
  kafka.ready();
  await Promise.resolve();
  kafka.failed('not authorized');
  await Promise.resolve();
  kafka.remove();
  await Promise.resolve();
  const ready = { name: 'database', status: 'ready' };
  assert.deepEqual(changes, [
    {
      isReady: false,
      components: [
        { name: 'database', status: 'not ready', reason: 'starting' },
        { name: 'kafka', status: 'not ready', reason: 'starting' },
      ],
    },
    { isReady: true, components: [ready, { name: 'kafka', status: 'ready' }] },
    { isReady: false, components: [ready, { name: 'kafka', status: 'failed', reason: 'not authorized' }] },
    { isReady: true, components: [ready] },
  ]);
});
