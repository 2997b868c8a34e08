import { createKrafka, type Krafka } from '@flowmeter/instruments/krafka';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';

type Call = readonly [title: string, call: (krafka: Krafka) => void, counted: Readonly<Record<string, number>>];

/** What each call counts; every other number of its component stays at zero. */
const calls: readonly Call[] = [
  [
    'recordSend adds one record and its bytes',
    ({ producer }) => producer.recordSend(100),
    { producer_records_sent: 1, producer_bytes_sent: 100 },
  ],
  [
    'recordBatch adds one batch and its records',
    ({ producer }) => producer.recordBatch(5),
    { producer_batches_sent: 1, producer_records_sent: 5 },
  ],
  [
    'two sends and a batch of five are seven records',
    ({ producer }) => {
      producer.recordSend(100);
      producer.recordSend(200);
      producer.recordBatch(5);
    },
    { producer_records_sent: 7, producer_bytes_sent: 300, producer_batches_sent: 1 },
  ],
  ["the producer's recordError adds one", ({ producer }) => producer.recordError(), { producer_errors: 1 }],
  ['recordRetry adds one', ({ producer }) => producer.recordRetry(), { producer_retries: 1 }],
  [
    'recordCompression adds the bytes after and before',
    ({ producer }) => producer.recordCompression(40, 100),
    { producer_compressed_bytes: 40, producer_uncompressed_bytes: 100 },
  ],
  [
    'recordTopicSend adds to the topic, and to nothing else',
    ({ producer }) => producer.recordTopicSend('orders', 3, 300),
    { producer_topic_records_sent: 3, producer_topic_bytes_sent: 300 },
  ],
  [
    'recordTopicError adds one to the topic, and to nothing else',
    ({ producer }) => producer.recordTopicError('orders'),
    { producer_topic_errors: 1 },
  ],
  [
    'recordReceive adds records and bytes',
    ({ consumer }) => consumer.recordReceive(5, 500),
    { consumer_records_received: 5, consumer_bytes_received: 500 },
  ],
  ['recordPoll adds one poll and no records', ({ consumer }) => consumer.recordPoll(5), { consumer_polls: 1 }],
  [
    'recordPoll of nothing adds an empty poll as well',
    ({ consumer }) => consumer.recordPoll(0),
    { consumer_polls: 1, consumer_empty_polls: 1 },
  ],
  ['recordFetch adds one', ({ consumer }) => consumer.recordFetch(), { consumer_fetches: 1 }],
  ['recordCommit adds one', ({ consumer }) => consumer.recordCommit(), { consumer_commits: 1 }],
  ["the consumer's recordError adds one", ({ consumer }) => consumer.recordError(), { consumer_errors: 1 }],
  ['recordRebalance adds one', ({ consumer }) => consumer.recordRebalance(), { consumer_rebalances: 1 }],
  ['recordSeek adds the partitions', ({ consumer }) => consumer.recordSeek(3), { consumer_seeks: 3 }],
  [
    'recordConnect adds one connection, which is open',
    ({ connection }) => connection.recordConnect(),
    { connection_connections_created: 1, connection_active_connections: 1 },
  ],
  [
    'recordClose adds one closed connection, which is open no more',
    ({ connection }) => {
      connection.recordConnect();
      connection.recordConnect();
      connection.recordClose();
    },
    {
      connection_connections_created: 2,
      connection_connections_closed: 1,
      connection_active_connections: 1,
    },
  ],
  [
    'recordClose without a connection leaves the open ones at zero',
    ({ connection }) => {
      connection.recordClose();
      connection.recordClose();
      connection.recordConnect();
    },
    {
      connection_connections_created: 1,
      connection_connections_closed: 2,
      connection_active_connections: 1,
    },
  ],
  [
    "the connection's recordError adds one, and opens or closes nothing",
    ({ connection }) => connection.recordError(),
    { connection_connection_errors: 1 },
  ],
];

for (const [index, [title, call, counted]] of calls.entries()) {
  test(title, async () => {
    const { meterProvider, families } = collectSeries();
    // Gauges are shared in a process, so each test has its own by a constant attribute.
    call(createKrafka({ meterProvider, attributes: { test: `calls ${index}` } }));
    const numbers = [...(await families())].flatMap(([name, { series }]) =>
      series.map(({ value }) => [name.replace('krafka_', ''), value] as const),
    );
    assert.deepEqual(Object.fromEntries(numbers.filter(([, value]) => value !== 0)), counted);
  });
}

test('every counter and gauge without labels is there from the start, at zero', async () => {
  const { meterProvider, families } = collectSeries();
  createKrafka({ meterProvider, attributes: { client_id: 'from the start' } });
  const all = await families();
  for (const [name, { series }] of all) {
    assert.deepEqual(series, [{ attributes: { client_id: 'from the start' }, value: 0 }], name);
  }
  // All 49 without the 6 latencies and the 3 counters by topic.
  assert.equal(all.size, 40);
});

test('a second collection shows each of them once', async () => {
  const { meterProvider, families, value } = collectSeries();
  const { producer } = createKrafka({ meterProvider });
  await families();
  producer.recordSend(1);
  assert.equal(await value('krafka_producer_records_sent'), 1);
});
