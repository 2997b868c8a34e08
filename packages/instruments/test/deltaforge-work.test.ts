import { attachLog } from '@flowmeter/instruments';
import { createDeltaforge, type Pipeline } from '@flowmeter/instruments/deltaforge';
import type { MeterProvider } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { meterProviderWith, throwing } from './support/failing-meters.ts';
import { fc } from './support/properties.ts';
import { captureReports, stopReports } from './support/reports.ts';

before(captureReports);
after(stopReports);

/** Every way to hand over work, each with good input, and with what plain JavaScript may pass. */
const ways: readonly (readonly [string, <Result>(orders: Pipeline, work: () => Result) => Result])[] = [
  ['batch', (orders, work) => orders.batch({ trigger: 'timer' }, work)],
  ['batch of nothing', (orders, work) => orders.batch(undefined as never, work)],
  ['batch that cannot be measured', (orders, work) => orders.batch({ trigger: 'timer', events: throwing('x') }, work)],
  ['checkpoint', (orders, work) => orders.checkpoint(work)],
  ['checkpoint with options', (orders, work) => orders.checkpoint({ trigger: 'timer', sinks: ['kafka'] }, work)],
  ['checkpoint of nothing', (orders, work) => orders.checkpoint(null as never, work)],
  ['processor', (orders, work) => orders.processor('enrich').wrap(work)()],
  ['filter', (orders, work) => orders.processor('enrich', { role: 'filter' }).wrap(work)()],
  ['sink', (orders, work) => orders.sink('kafka').send(['a'], work)],
  ['sink of nothing', (orders, work) => orders.sink('kafka').send(undefined as never, work)],
  ['action', (orders, work) => orders.action('patch', { caller: 'ops' }, work)],
  ['action of nobody', (orders, work) => orders.action('explode' as 'patch', null as never, work)],
];

/** Where it is recorded: as it should be, nowhere, and where every measurement fails. */
const providers: readonly (readonly [string, MeterProvider])[] = [
  ['an SDK', collectSeries().meterProvider],
  ['no SDK', meterProviderWith({})],
  ['meters that fail', meterProviderWith({ createCounter: throwing('no'), createHistogram: brokenHistogram })],
];

for (const [where, meterProvider] of providers) {
  const orders = createDeltaforge({ meterProvider, attributes: { tenant: 'acme' } }).pipeline('orders');
  for (const [name, way] of ways) {
    test(`${name}: what the work returns or throws comes back as it is, on ${where}`, async () => {
      attachLog(throwing('the log is full'));
      await fc.assert(
        fc.asyncProperty(fc.anything(), async (value) => {
          if (isThenable(value)) return;
          assert.equal(
            is(
              way(orders, () => value),
              value,
            ),
            true,
          );
          assert.equal(
            is(
              thrownBy(() => way(orders, () => raise(value))),
              value,
            ),
            true,
          );
          const kept = way(orders, () => Promise.resolve(value));
          assert.ok(kept instanceof Promise);
          assert.equal(is(await kept, value), true);
          const rejected = way(orders, () => Promise.reject(value as Error));
          assert.equal(is(await rejected.then(raise, (error: unknown) => error), value), true);
        }),
        { numRuns: 25 },
      );
      attachLog(undefined);
    });
  }
}

test('the work is done once, and at once', () => {
  const orders = createDeltaforge({ meterProvider: collectSeries().meterProvider }).pipeline('orders');
  for (const [name, way] of ways) {
    let done = 0;
    way(orders, () => (done += 1));
    assert.equal(done, 1, name);
  }
});

test('a thenable that is no promise is waited for', async () => {
  const { meterProvider, value } = collectSeries();
  const orders = createDeltaforge({ meterProvider }).pipeline('orders');
  // oxlint-disable-next-line unicorn/no-thenable -- as query builders are
  const query = { then: (resolve: (rows: string[]) => void) => resolve(['a', 'b']) };
  assert.deepEqual(await orders.batch({ trigger: 'timer' }, () => query), ['a', 'b']);
  const events = await value('deltaforge_batch_events');
  assert.equal(typeof events === 'object' && events.sum, 2);
});

test('options that are none, or not what they should be, make nothing throw', () => {
  const { pipeline } = createDeltaforge({ meterProvider: collectSeries().meterProvider });
  for (const options of [
    null,
    5,
    { table: 'orders', timestamp: 5, rows: 'one', bytes: {}, role: 'any', required: 'no' },
  ]) {
    const orders = pipeline('orders');
    orders.source('mysql', options as object).event({});
    orders.processor('enrich', options as object).wrap(() => 1)();
    orders.sink('kafka', options as object).send([], () => {});
  }
});

test('names that are no text make nothing throw', () => {
  const deltaforge = createDeltaforge({ meterProvider: collectSeries().meterProvider });
  for (const name of [undefined, null, 5, 5n, Symbol('x'), {}, Object.create(null)]) {
    const orders = deltaforge.pipeline(name as string);
    for (const [, way] of ways) way(orders, () => 1);
    orders.source(name as string).event({});
    orders.sink(name as string).dropped('many' as unknown as number, name as string);
    orders.processor(name as string).skipped(1, name as string);
    orders.failed(name);
    orders.channelDepth(name);
  }
});

/** Identity, but NaN is itself. */
function is(a: unknown, b: unknown): boolean {
  return Object.is(a, b);
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function raise(value: unknown): never {
  throw value;
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function brokenHistogram(): object {
  return { record: throwing('broken') };
}
