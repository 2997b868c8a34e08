import { createKrafka } from '@flowmeter/instruments/krafka';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';

test('topics are kept apart up to the limit, and further ones come together', async () => {
  assert.deepEqual(await recordedOf(2, ['a', 'b', 'c', 'd']), { a: 1, b: 1, __other__: 2 });
});

test('a known topic keeps its series after the limit is reached', async () => {
  assert.deepEqual(await recordedOf(2, ['a', 'b', 'c', 'a', 'b', 'a']), { a: 3, b: 2, __other__: 1 });
});

test('the topics that share a series do not use up the limit', async () => {
  assert.deepEqual(await recordedOf(2, ['a', '__other__', 'b', 'c']), { a: 1, __other__: 2, b: 1 });
});

test('a limit of zero sends all topics to one series', async () => {
  assert.deepEqual(await recordedOf(0, ['a', 'b']), { __other__: 2 });
});

test('a limit that is no number keeps none apart, instead of all', async () => {
  assert.deepEqual(await recordedOf(Number.NaN, ['a', 'b']), { __other__: 2 });
});

test('without a limit given, a thousand topics are kept apart', async () => {
  const topics = Array.from({ length: 1002 }, (_, index) => `topic ${index}`);
  const recorded = await recordedOf(undefined, topics);
  assert.equal(Object.keys(recorded).length, 1001);
  assert.equal(recorded['__other__'], 2);
});

test('the three counters with topics share one limit', async () => {
  const { meterProvider, series } = collectSeries();
  const { producer } = createKrafka({ meterProvider, topicLimit: 1 });
  producer.recordTopicError('a');
  producer.recordTopicSend('b', 1, 10);
  producer.recordTopicSend('a', 2, 20);
  assert.deepEqual(await series('krafka_producer_topic_bytes_sent'), [
    { attributes: { topic: '__other__' }, value: 10 },
    { attributes: { topic: 'a' }, value: 20 },
  ]);
});

async function recordedOf(topicLimit: number | undefined, topics: readonly string[]) {
  const { meterProvider, series } = collectSeries();
  const { producer } = createKrafka(topicLimit === undefined ? { meterProvider } : { meterProvider, topicLimit });
  for (const topic of topics) producer.recordTopicSend(topic, 1, 0);
  const recorded = await series('krafka_producer_topic_records_sent');
  return Object.fromEntries(recorded.map(({ attributes, value }) => [attributes['topic'], value]));
}
