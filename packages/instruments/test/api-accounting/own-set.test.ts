import { metrics } from '@opentelemetry/api';
import { detachInstruments } from '@flowmeter/instruments';
import { apiAccounting, createDeltaforge } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Hono } from 'hono';
import { collectSeries } from '../support/collected-series.ts';

afterEach(() => {
  metrics.disable();
  detachInstruments();
});

test('an accounting without a set records as soon as a provider is registered, and counts no panics', async () => {
  const { meterProvider, series } = collectSeries();
  const app = new Hono().use(apiAccounting().hono()).get('/users/:id', (context) => context.text('ok'));
  await app.request('/users/7');
  metrics.setGlobalMeterProvider(meterProvider);
  await app.request('/users/7');
  assert.deepEqual(await series('deltaforge_api_requests'), [
    { attributes: { route: '/users/:id', method: 'GET', status: '200' }, value: 1 },
  ]);
  assert.equal(process.listenerCount('uncaughtExceptionMonitor'), 0);
});

test('an accounting records with the constant attributes of its set', async () => {
  const { meterProvider, series } = collectSeries();
  const deltaforge = createDeltaforge({ attributes: { tenant: 'acme' }, meterProvider, panicHook: false });
  const app = new Hono().use(apiAccounting(deltaforge).hono()).get('/users/:id', (context) => context.text('ok'));
  await app.request('/users/7');
  const attributes = { tenant: 'acme', route: '/users/:id', method: 'GET', status: '200' };
  for (const name of ['deltaforge_api_requests', 'deltaforge_api_request_latency_seconds']) {
    assert.deepEqual(
      (await series(name)).map((each) => each.attributes),
      [attributes],
    );
  }
});
