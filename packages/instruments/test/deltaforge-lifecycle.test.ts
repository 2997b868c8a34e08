import { attachLog, type LogRecord } from '@flowmeter/instruments';
import { createDeltaforge, type Pipeline, type PipelineAction } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { allNumbers } from './support/numbers.ts';
import { stopClocks } from './support/stopped-clocks.ts';

let clocks = stopClocks();
let records: LogRecord[] = [];
beforeEach(() => {
  records = [];
  attachLog((record) => void records.push(record));
  clocks = stopClocks();
});
afterEach(() => {
  attachLog(undefined);
  mock.restoreAll();
});

type Numbers = Readonly<Record<string, unknown>>;

function createOrders(): {
  readonly orders: Pipeline;
  readonly again: () => Pipeline;
  readonly all: () => Promise<Numbers>;
} {
  const collected = collectSeries();
  const { meterProvider } = collected;
  const again = (): Pipeline => createDeltaforge({ meterProvider }).pipeline('orders');
  return { orders: again(), again, all: () => allNumbers(collected) };
}

const DONE = (): void => {};
const FAIL = (): never => {
  throw new Error('no');
};

test('an action that succeeds is counted once it is decided, and told with who did it', async () => {
  const { orders, all } = createOrders();
  let create: (pipeline: string) => void = () => {};
  const creating = new Promise<string>((resolve) => (create = resolve));
  const created = orders.action('create', { tenant: 'acme', caller: 'ops@acme.example' }, () => creating);
  assert.deepEqual([records, await all()], [[], {}]);
  clocks.nowMs += 250;
  create('a pipeline');
  assert.equal(await created, 'a pipeline');
  assert.deepEqual(await all(), {
    pipeline_actions: { 'orders create success': 1 },
    pipelines: { '': 1 },
    pipeline_info: { 'orders acme': 1 },
    pipeline_status: { orders: 1 },
  });
  assert.deepEqual(records, [
    {
      level: 'info',
      target: 'deltaforge::pipelines',
      message: 'create of pipeline orders by ops@acme.example for tenant acme has succeeded',
      fields: {
        pipeline: 'orders',
        action: 'create',
        outcome: 'success',
        tenant: 'acme',
        caller: 'ops@acme.example',
        duration_ms: 250,
      },
    },
  ]);
});

test('an action that fails is counted and told as an error, and changes no status', async () => {
  const { orders, all } = createOrders();
  const taken = Object.assign(new Error('name is taken'), { name: 'ConflictError' });
  assert.throws(
    () =>
      orders.action('create', { caller: 'ops' }, () => {
        throw taken;
      }),
    (error) => error === taken,
  );
  assert.deepEqual(await all(), { pipeline_actions: { 'orders create error': 1 } });
  assert.deepEqual(records, [
    {
      level: 'error',
      target: 'deltaforge::pipelines',
      message: 'create of pipeline orders by ops has failed: ConflictError: name is taken',
      fields: {
        pipeline: 'orders',
        action: 'create',
        outcome: 'error',
        caller: 'ops',
        duration_ms: 0,
        'exception.type': 'ConflictError',
        'exception.message': 'name is taken',
      },
    },
  ]);
});

const statuses: readonly (readonly [PipelineAction, number])[] = [
  ['create', 1],
  ['patch', 1],
  ['pause', 0.5],
  ['resume', 1],
  ['stop', 0],
  ['delete', 0],
];
for (const [action, status] of statuses) {
  test(`${action} is counted with its outcome, and leads to the status ${status} if it succeeds`, async () => {
    const { orders, all } = createOrders();
    assert.throws(() => orders.action(action, {}, FAIL));
    assert.equal((await all())['pipeline_status'], undefined);
    orders.action(action, {}, DONE);
    const { pipeline_actions, pipeline_status } = await all();
    assert.deepEqual(pipeline_actions, { [`orders ${action} error`]: 1, [`orders ${action} success`]: 1 });
    assert.deepEqual(pipeline_status, { orders: status });
  });
}

test('pauses and resumes that succeed are counted', async () => {
  const { orders, all } = createOrders();
  orders.action('create', {}, DONE);
  for (const work of [DONE, DONE]) {
    orders.action('pause', {}, work);
    orders.action('resume', {}, work);
  }
  assert.throws(() => orders.action('pause', {}, FAIL));
  assert.throws(() => orders.action('resume', {}, FAIL));
  const { pipeline_pauses, pipeline_resumes, pipelines } = await all();
  assert.deepEqual([pipeline_pauses, pipeline_resumes, pipelines], [{ orders: 2 }, { orders: 2 }, { '': 1 }]);
});

test('a stopped pipeline is not resumed but started anew, and a patch starts it anew as well', async () => {
  const { orders, again, all } = createOrders();
  orders.action('create', {}, DONE);
  orders.action('stop', {}, DONE);
  // Whichever handle.
  again().action('resume', {}, DONE);
  again().action('patch', {}, DONE);
  const { pipeline_resumes, pipelines, pipeline_status } = await all();
  assert.deepEqual([pipeline_resumes, pipelines, pipeline_status], [undefined, { '': 3 }, { orders: 1 }]);
});

test('a pipeline that fails by itself has the status -1 and is told, until it is started anew', async () => {
  const { orders, all } = createOrders();
  orders.action('create', {}, DONE);
  orders.failed(new TypeError('coordinator gone'));
  assert.deepEqual((await all())['pipeline_status'], { orders: -1 });
  assert.deepEqual(records.at(-1), {
    level: 'error',
    target: 'deltaforge::pipelines',
    message: 'pipeline orders has failed: TypeError: coordinator gone',
    fields: { pipeline: 'orders', 'exception.type': 'TypeError', 'exception.message': 'coordinator gone' },
  });
  orders.action('resume', {}, DONE);
  const { pipeline_status, pipelines, pipeline_resumes } = await all();
  assert.deepEqual([pipeline_status, pipelines, pipeline_resumes], [{ orders: 1 }, { '': 2 }, undefined]);
});

test("the set's constant tenant is told and shown where no other is given", async () => {
  const { meterProvider, series } = collectSeries();
  const orders = createDeltaforge({ meterProvider, attributes: { tenant: 'acme' } }).pipeline('orders');
  orders.action('create', { caller: 'ops' }, DONE);
  orders.action('patch', { tenant: 'other' }, DONE);
  orders.failed(new Error('gone'));
  assert.deepEqual(
    records.map(({ fields }) => fields?.['tenant']),
    ['acme', 'other', 'acme'],
  );
  assert.deepEqual(
    (await series('deltaforge_pipeline_info')).map(({ attributes }) => attributes),
    [
      { pipeline: 'orders', tenant: 'acme' },
      { pipeline: 'orders', tenant: 'other' },
    ],
  );
});

test('a message is one line, whatever names and errors hold', () => {
  const { meterProvider } = collectSeries();
  const orders = createDeltaforge({ meterProvider }).pipeline('or\nders');
  assert.throws(() =>
    orders.action('stop', { caller: 'o\r\nps\u001B[31m' }, () => {
      throw new Error('first\nsecond');
    }),
  );
  const [record] = records;
  assert.equal(record?.message, 'stop of pipeline or ders by o ps [31m has failed: Error: first second');
  // As they are, where a field can hold them.
  assert.equal(record?.fields?.['exception.message'], 'first\nsecond');
});

test('actions without who did it, and with nothing an error is, are told as far as they can be', async () => {
  const { orders, all } = createOrders();
  for (const origin of [undefined, null, {}]) orders.action('patch', origin as object, DONE);
  const throwing = (thrown: unknown) => (): never => {
    throw thrown;
  };
  for (const thrown of [undefined, null, 'text', Object.create(null), Symbol('x')]) {
    assert.throws(() => orders.action('stop', {}, throwing(thrown)));
  }
  const { pipeline_actions } = await all();
  assert.deepEqual(pipeline_actions, { 'orders patch success': 3, 'orders stop error': 5 });
  assert.equal(records.length, 8);
  assert.deepEqual(
    records.slice(3).map(({ fields }) => fields?.['exception.type']),
    ['undefined', 'object', 'string', 'object', 'symbol'],
  );
});
