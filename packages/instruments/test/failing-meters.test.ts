import { metrics, type MeterProvider } from '@opentelemetry/api';
import { attachInstruments, detachInstruments } from '@flowmeter/instruments';
import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createKrafka } from '@flowmeter/instruments/krafka';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { meterProviderWith, throwing } from './support/failing-meters.ts';
import { captureReports, stopReports } from './support/reports.ts';

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(() => {
  stopReports();
  metrics.disable();
  detachInstruments();
});

test('a meter whose add throws does not make a call throw, and is reported once', () => {
  const meterProvider = meterProviderWith({ createCounter: () => ({ add: throwing('disk full') }) });
  const { recordsReceived, recordRecordsReceived } = createConveyor({ meterProvider });
  recordsReceived.add(1, { source_id: 's' });
  recordsReceived.bind({ source_id: 's' }).add(1);
  recordRecordsReceived('s', 1);
  assert.deepEqual(reports, [
    'flowmeter: conveyor_router_records_received: dropped a measurement: Error: disk full (reported once)',
  ]);
});

test('a meter that throws what has no text does not make a call throw either', () => {
  const add = (): never => {
    throw Object.create(null);
  };
  createConveyor({ meterProvider: meterProviderWith({ createCounter: () => ({ add }) }) }).recordRetryEvents('s');
  assert.deepEqual(reports, [
    'flowmeter: conveyor_router_retry_events: dropped a measurement: an object (reported once)',
  ]);
});

test('a meter that cannot create one kind of instrument creates the others', () => {
  const added: number[] = [];
  const createCounter = () => ({ add: (value: number) => added.push(value) });
  const meterProvider = meterProviderWith({ createCounter, createGauge: undefined });
  const conveyor = createConveyor({ meterProvider });
  conveyor.recordRaftState(true, 1);
  conveyor.recordRaftState(true, 2);
  conveyor.recordRetryEvents('s');
  assert.deepEqual(added, [1]);
  // Four gauges: each is reported when it is created, and none again when it is used.
  assert.equal(reports.length, 4);
  for (const report of reports) assert.match(report, /: drops all measurements, since the meter did not create it: /);
});

test('a set on a provider that throws is created and does nothing', () => {
  const meterProvider: MeterProvider = { getMeter: throwing('no meter here') };
  const { recordRetryEvents } = createConveyor({ meterProvider });
  recordRetryEvents('s');
  recordRetryEvents('s');
  assert.deepEqual(reports, ['flowmeter: conveyor: the meter provider gave no meter: Error: no meter here']);
});

test('a registered provider that throws for one set does not keep others from their meter', async () => {
  const sdk = collectSeries();
  const conveyor = createConveyor();
  const krafka = createKrafka();
  metrics.setGlobalMeterProvider({
    getMeter: (name) => (name === 'conveyor' ? throwing('not for you')() : sdk.meterProvider.getMeter(name)),
  });
  attachInstruments();
  conveyor.recordRetryEvents('s');
  krafka.producer.recordError();
  assert.equal(await sdk.value('krafka_producer_errors'), 1);
});

test('a set whose meter failed takes the meter of the next provider', async () => {
  const sdk = collectSeries();
  const { recordRetryEvents } = createConveyor();
  metrics.setGlobalMeterProvider(meterProviderWith({ createCounter: throwing('not yet') }));
  recordRetryEvents('s');
  metrics.disable();
  detachInstruments();
  metrics.setGlobalMeterProvider(sdk.meterProvider);
  recordRetryEvents('s');
  assert.equal(await sdk.value('conveyor_router_retry_events'), 1);
});
