import { createKrafka, krafkaConsumerSet, krafkaProducerSet } from '@flowmeter/instruments/krafka';
import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';

afterEach(() => mock.restoreAll());

test('a snapshot has every number of its component', () => {
  const { producer, consumer } = createKrafka().snapshot();
  assert.deepEqual(Object.keys(producer), Object.keys(krafkaProducerSet.definitions));
  assert.deepEqual(Object.keys(consumer), Object.keys(krafkaConsumerSet.definitions));
});

test('a snapshot shows what was recorded, with an SDK and without', () => {
  for (const options of [collectSeries(), {}]) {
    const { producer } = createKrafka(options);
    producer.recordSend(100);
    producer.recordBatch(5);
    const { recordsSent, bytesSent, batchesSent, errors } = producer.snapshot();
    assert.deepEqual([recordsSent, bytesSent, batchesSent, errors], [6, 100, 1, 0]);
  }
});

test('a counter with topics is shown over all of them', () => {
  const { producer } = createKrafka();
  producer.recordTopicSend('a', 1, 10);
  producer.recordTopicSend('b', 2, 20);
  assert.equal(producer.snapshot().topicRecordsSent, 3);
  assert.equal(producer.snapshot().topicBytesSent, 30);
});

test('a latency without samples has no smallest, largest and average', () => {
  assert.deepEqual(createKrafka().consumer.snapshot().pollLatencySeconds, {
    count: 0,
    sum: 0,
    min: undefined,
    max: undefined,
    avg: undefined,
  });
});

test('a sample of zero is a sample', () => {
  const { consumer } = createKrafka();
  consumer.pollLatencySeconds.record(0);
  assert.deepEqual(consumer.snapshot().pollLatencySeconds, { count: 1, sum: 0, min: 0, max: 0, avg: 0 });
});

test('a latency has its count, sum, smallest, largest and average', () => {
  const { consumer } = createKrafka();
  for (const seconds of [2, 0.5, 3.5]) consumer.fetchLatencySeconds.record(seconds);
  assert.deepEqual(consumer.snapshot().fetchLatencySeconds, { count: 3, sum: 6, min: 0.5, max: 3.5, avg: 2 });
});

test('a timed latency is in seconds', () => {
  let nowMs = 0;
  mock.method(performance, 'now', () => nowMs);
  const { producer } = createKrafka();
  const timer = producer.sendLatencySeconds.startTimer();
  nowMs += 50;
  timer.stop();
  assert.equal(producer.snapshot().sendLatencySeconds.max, 0.05);
});

test('what cannot be recorded is in no snapshot', () => {
  const { producer, consumer } = createKrafka({ attributes: { test: 'bad values' } });
  producer.recordSend(Number.NaN);
  consumer.pollLatencySeconds.record(Number.NaN);
  consumer.pollLatencySeconds.record(-1);
  consumer.pollLatencySeconds.record(2);
  consumer.lag.set(Number.NaN);
  const { bytesSent, recordsSent } = producer.snapshot();
  assert.deepEqual([recordsSent, bytesSent], [1, 0]);
  assert.deepEqual(consumer.snapshot().pollLatencySeconds, { count: 1, sum: 2, min: 2, max: 2, avg: 2 });
  assert.equal(consumer.snapshot().lag, 0);
});

test('a snapshot is a copy: later measurements do not change it', () => {
  const { connection } = createKrafka({ attributes: { test: 'copy' } });
  connection.connectLatencySeconds.record(1);
  const snapshot = connection.snapshot();
  connection.connectLatencySeconds.record(1);
  connection.recordConnect();
  assert.deepEqual([snapshot.connectLatencySeconds.count, snapshot.activeConnections], [1, 0]);
});

test('a set counts only its own measurements, and shares its gauges', () => {
  const attributes = { test: 'own counts' };
  const [one, other] = [createKrafka({ attributes }), createKrafka({ attributes })];
  one.connection.recordConnect();
  const { connectionsCreated, activeConnections } = other.snapshot().connection;
  assert.deepEqual([connectionsCreated, activeConnections], [0, 1]);
});

test('becoming visible at zero counts as no measurement of a latency', async () => {
  const { meterProvider, families } = collectSeries();
  const krafka = createKrafka({ meterProvider });
  await families();
  assert.equal(krafka.snapshot().consumer.pollLatencySeconds.count, 0);
});
