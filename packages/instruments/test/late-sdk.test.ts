import { metrics, type MeterProvider } from '@opentelemetry/api';
import { attachInstruments, detachInstruments } from '@flowmeter/instruments';
import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createKrafka } from '@flowmeter/instruments/krafka';
import { createRoboflow } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { collectSeries, type Collected } from './support/collected-series.ts';

let sdk: Collected;

beforeEach(() => {
  sdk = collectSeries();
});

afterEach(unregister);

test('a set that was created before the SDK is live with the first call after it', async () => {
  const { recordsReceived } = createConveyor();
  register(sdk);
  recordsReceived.add(1, { source_id: 's' });
  assert.equal(await sdk.value('conveyor_router_records_received'), 1);
});

test('what was recorded before the SDK is not recorded', async () => {
  const { recordsReceived } = createConveyor();
  recordsReceived.add(1, { source_id: 's' });
  register(sdk);
  recordsReceived.add(10, { source_id: 's' });
  assert.equal(await sdk.value('conveyor_router_records_received'), 10);
});

test('a bound handle that was made and used before the SDK is live after it', async () => {
  const bound = createConveyor().recordsReceived.bind({ source_id: 's' });
  bound.add(1);
  register(sdk);
  bound.add(10);
  assert.equal(await sdk.value('conveyor_router_records_received'), 10);
});

test('a positional function that was made and used before the SDK is live after it', async () => {
  const received = createConveyor().recordsReceived.positional('source_id');
  received('s', 1);
  register(sdk);
  received('s', 10);
  assert.equal(await sdk.value('conveyor_router_records_received'), 10);
});

test('a timer that was started before the SDK records when it is stopped after it', async () => {
  const timer = createRoboflow().videoEncodingDurationSeconds.startTimer();
  register(sdk);
  const elapsed = timer.stop();
  const recorded = await sdk.value('roboflow_video_encoding_duration_seconds');
  assert.equal(typeof recorded === 'object' && recorded.sum, elapsed);
});

test('all instruments of a set are live with the first call through any of them', async () => {
  const { cacheHit, cacheMiss } = createRoboflow();
  const miss = cacheMiss.bind();
  register(sdk);
  cacheHit.add(1);
  miss.add(2);
  assert.deepEqual([await sdk.value('roboflow_cache_hit'), await sdk.value('roboflow_cache_miss')], [1, 2]);
});

test('a set that is created after the SDK is live at once', async () => {
  register(sdk);
  createRoboflow().cacheHit.add(1);
  assert.equal(await sdk.value('roboflow_cache_hit'), 1);
});

test('a set with a provider of its own does not care what is registered', async () => {
  const own = collectSeries();
  register(sdk);
  createRoboflow({ meterProvider: own.meterProvider }).cacheHit.add(1);
  assert.equal(await own.value('roboflow_cache_hit'), 1);
  assert.deepEqual(await sdk.series('roboflow_cache_hit'), []);
});

test('attachInstruments shows what is shown from the start, without a call', async () => {
  const krafka = createKrafka();
  register(sdk);
  assert.deepEqual(await sdk.series('krafka_producer_records_sent'), []);
  attachInstruments();
  assert.equal(await sdk.value('krafka_producer_records_sent'), 0);
  assert.equal(krafka.snapshot().producer.recordsSent, 0);
});

test('attachInstruments without an SDK does nothing', () => {
  const { cacheHit } = createRoboflow();
  attachInstruments();
  cacheHit.add(1);
});

test('attachInstruments twice changes nothing', async () => {
  const { cacheHit } = createRoboflow();
  register(sdk);
  attachInstruments();
  cacheHit.add(1);
  attachInstruments();
  cacheHit.add(1);
  assert.equal(await sdk.value('roboflow_cache_hit'), 2);
});

test('after detachInstruments and without a provider nothing is recorded', async () => {
  const { cacheHit } = createRoboflow();
  register(sdk);
  cacheHit.add(1);
  unregister();
  cacheHit.add(10);
  assert.equal(await sdk.value('roboflow_cache_hit'), 1);
});

test('after detachInstruments a set records to the provider that is registered next, and only there', async () => {
  const next = collectSeries();
  const { cacheHit, episodesProcessed } = createRoboflow();
  const bound = cacheHit.bind();
  const processed = episodesProcessed.positional('dataset_id', 'status');
  register(sdk);
  bound.add(1);
  processed('d', 'ok', 1);
  unregister();
  register(next);
  bound.add(10);
  processed('d', 'ok', 10);
  for (const name of ['roboflow_cache_hit', 'roboflow_episodes_processed']) {
    assert.deepEqual([await sdk.value(name), await next.value(name)], [1, 10]);
  }
});

test('detachInstruments leaves a set with a provider of its own alone', async () => {
  const scopes: string[] = [];
  const meterProvider: MeterProvider = {
    getMeter(scope) {
      scopes.push(scope);
      return sdk.meterProvider.getMeter(scope);
    },
  };
  const { cacheHit } = createRoboflow({ meterProvider });
  detachInstruments();
  cacheHit.add(1);
  assert.equal(await sdk.value('roboflow_cache_hit'), 1);
  assert.deepEqual(scopes, ['roboflow']);
});

test('a provider that has been shut down counts as none', async () => {
  const ended = collectSeries();
  assert.ok('shutdown' in ended.meterProvider && typeof ended.meterProvider.shutdown === 'function');
  await ended.meterProvider.shutdown();
  register(ended);
  const { cacheHit } = createRoboflow();
  cacheHit.add(1);
  metrics.disable();
  register(sdk);
  cacheHit.add(10);
  assert.equal(await sdk.value('roboflow_cache_hit'), 10);
});

function register({ meterProvider }: Collected): void {
  assert.ok(metrics.setGlobalMeterProvider(meterProvider), 'another test has left its provider registered');
}

function unregister(): void {
  metrics.disable();
  detachInstruments();
}
