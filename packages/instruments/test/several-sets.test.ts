import { metrics } from '@opentelemetry/api';
import * as instruments from '@flowmeter/instruments';
import * as conveyor from '@flowmeter/instruments/conveyor';
import * as krafka from '@flowmeter/instruments/krafka';
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, test } from 'node:test';
import { collectSeries, type Collected } from './support/collected-series.ts';
import { copyOfPackage, type PackageCopy } from './support/package-copies.ts';
import { captureReports, stopReports } from './support/reports.ts';

const first: PackageCopy = { ...instruments, ...conveyor, ...krafka };
let second: PackageCopy;
let third: PackageCopy;
let reports: readonly string[] = [];
let sdk: Collected;

before(async () => {
  [second, third] = [await copyOfPackage(), await copyOfPackage()];
});

beforeEach(() => {
  reports = captureReports();
  sdk = collectSeries(instruments.instrumentSets.flatMap(instruments.views));
});

afterEach(() => {
  metrics.disable();
  first.detachInstruments();
  stopReports();
  assert.deepEqual(reports, [], 'the SDK or the package has reported something');
});

test('the copies of these tests are copies', () => {
  assert.equal(new Set([first, second, third].map((copy) => copy.createConveyor)).size, 3);
});

const ways: readonly (readonly [title: string, copies: () => readonly PackageCopy[]])[] = [
  ['two sets of one copy', () => [first, first]],
  ['one set of each of three copies', () => [first, second, third]],
  ['a set and the one that a hot reload makes in its place', () => [second, third]],
];

for (const [title, copies] of ways) {
  test(`${title} add to one series of one family`, async () => {
    const { meterProvider } = sdk;
    const sets = copies().map((copy) => copy.createConveyor({ meterProvider }));
    for (const [index, set] of sets.entries()) {
      set.recordRecordsReceived('s', 10 ** index);
      set.recordRoutingLatency('p', 1);
    }
    const sum = Number('1'.repeat(sets.length));
    assert.deepEqual(await sdk.series('conveyor_router_records_received'), [
      { attributes: { source_id: 's' }, value: sum },
    ]);
    const latency = await sdk.value('conveyor_router_routing_latency_ms');
    assert.equal(typeof latency === 'object' && latency.count, sets.length);
  });

  test(`${title} count up and down in one gauge`, async () => {
    const { meterProvider } = sdk;
    const connections = copies().map((copy) => copy.createKrafka({ meterProvider }).connection);
    for (const connection of connections) connection.recordConnect();
    assert.equal(await sdk.value('krafka_connection_active_connections'), connections.length);
    for (const { activeConnections } of connections) assert.equal(activeConnections.get(), connections.length);
    for (const connection of connections) connection.recordClose();
    assert.equal(await sdk.value('krafka_connection_active_connections'), 0);
  });
}

test('a set that is created later shows a gauge as it stands, not at zero', async () => {
  const { meterProvider } = sdk;
  first.createKrafka({ meterProvider }).consumer.lag.set(7);
  const { consumer } = second.createKrafka({ meterProvider });
  assert.equal(await sdk.value('krafka_consumer_lag'), 7);
  consumer.lag.set(0);
});

test('a set that is created later does not take a counter back to zero', async () => {
  const { meterProvider } = sdk;
  first.createKrafka({ meterProvider }).producer.recordSend(10);
  second.createKrafka({ meterProvider });
  assert.equal(await sdk.value('krafka_producer_records_sent'), 1);
});

test('gauges with other constant attributes are other gauges', async () => {
  const { meterProvider } = sdk;
  const [a, b] = ['a', 'b'].map((client_id) => first.createKrafka({ meterProvider, attributes: { client_id } }));
  a?.consumer.lag.set(1);
  b?.consumer.lag.set(2);
  assert.deepEqual(await sdk.series('krafka_consumer_lag'), [
    { attributes: { client_id: 'a' }, value: 1 },
    { attributes: { client_id: 'b' }, value: 2 },
  ]);
});

test('a gauge is the same whatever the order of its constant attributes', () => {
  const { meterProvider } = sdk;
  const one = first.createKrafka({ meterProvider, attributes: { zone: 'z', node: 'n' } });
  const same = second.createKrafka({ meterProvider, attributes: { node: 'n', zone: 'z' } });
  one.consumer.lag.set(5);
  assert.equal(same.consumer.lag.get(), 5);
});

test('a gauge is the same whether a constant attribute came as a number or as its text', () => {
  const { meterProvider } = sdk;
  const one = first.createKrafka({ meterProvider, attributes: { shard: 7n as unknown as string } });
  const same = first.createKrafka({ meterProvider, attributes: { shard: '7' } });
  one.consumer.lag.set(5);
  assert.equal(same.consumer.lag.get(), 5);
  assert.equal(reports.length, 3, 'one for each component');
  assert.equal(
    reports[0],
    'flowmeter: krafka: constant attribute shard is 7n, not a string, and was converted to a string',
  );
  reports = [];
});

test("attachInstruments and detachInstruments of any copy reach every copy's sets", async () => {
  const next = collectSeries();
  const mine = first.createConveyor();
  const theirs = second.createKrafka();
  metrics.setGlobalMeterProvider(sdk.meterProvider);
  third.attachInstruments();
  assert.equal(await sdk.value('krafka_producer_errors'), 0);
  third.detachInstruments();
  metrics.disable();
  metrics.setGlobalMeterProvider(next.meterProvider);
  mine.recordRetryEvents('s');
  theirs.producer.recordError();
  assert.equal(await next.value('conveyor_router_retry_events'), 1);
  assert.equal(await next.value('krafka_producer_errors'), 1);
  assert.equal(await sdk.value('krafka_producer_errors'), 0);
});
