import type { ConstantAttributes } from '../attribute-values.ts';
import type { GivenKeys } from '../create-instruments.ts';
import type { InstrumentDefinitions, InstrumentSet } from '../definition.ts';
import { REQUEST_SECONDS } from './boundaries.ts';
import { createComponent, type Component } from './component.ts';
import type { KrafkaOptions } from './options.ts';
import { DEFAULT_TOPIC_LIMIT, limitTopics, TOPIC_CARDINALITY_LIMIT } from './topic-limit.ts';

const definitions = {
  recordsSent: {
    name: 'krafka_producer_records_sent',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that a broker has acknowledged.',
    attributes: {},
    since: 'seed',
  },
  bytesSent: {
    name: 'krafka_producer_bytes_sent',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes of the values of acknowledged records.',
    attributes: {},
    since: 'seed',
  },
  batchesSent: {
    name: 'krafka_producer_batches_sent',
    instrument: 'counter',
    unit: '{batch}',
    description: 'Batches that a broker has acknowledged.',
    attributes: {},
    since: 'seed',
  },
  errors: {
    name: 'krafka_producer_errors',
    instrument: 'counter',
    unit: '{error}',
    description: 'Sends that have failed for good.',
    attributes: {},
    since: 'seed',
  },
  retries: {
    name: 'krafka_producer_retries',
    instrument: 'counter',
    unit: '{retry}',
    description: 'Sends that have failed and are tried again.',
    attributes: {},
    since: 'seed',
  },
  connections: {
    name: 'krafka_producer_connections',
    instrument: 'gauge',
    unit: '{connection}',
    description: 'Connections that the producer has open.',
    attributes: {},
    since: 'seed',
  },
  bufferedRecords: {
    name: 'krafka_producer_buffered_records',
    instrument: 'gauge',
    unit: '{record}',
    description: 'Records that wait to be sent.',
    attributes: {},
    since: 'seed',
  },
  sendLatencySeconds: {
    name: 'krafka_producer_send_latency_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds from the sending of a record or batch to its acknowledgement.',
    attributes: {},
    boundaries: REQUEST_SECONDS,
    since: 'seed',
  },
  compressedBytes: {
    name: 'krafka_producer_compressed_bytes',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes of compressed batches, after compression.',
    attributes: {},
    since: 'upstream',
  },
  uncompressedBytes: {
    name: 'krafka_producer_uncompressed_bytes',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes of compressed batches, before compression.',
    attributes: {},
    since: 'upstream',
  },
  topicRecordsSent: {
    name: 'krafka_producer_topic_records_sent',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that a broker has acknowledged, by topic.',
    attributes: { topic: 'string' },
    cardinalityLimit: TOPIC_CARDINALITY_LIMIT,
    since: 'upstream',
  },
  topicBytesSent: {
    name: 'krafka_producer_topic_bytes_sent',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes of the values of acknowledged records, by topic.',
    attributes: { topic: 'string' },
    cardinalityLimit: TOPIC_CARDINALITY_LIMIT,
    since: 'upstream',
  },
  topicErrors: {
    name: 'krafka_producer_topic_errors',
    instrument: 'counter',
    unit: '{error}',
    description: 'Sends that have failed for good, by topic.',
    attributes: { topic: 'string' },
    cardinalityLimit: TOPIC_CARDINALITY_LIMIT,
    since: 'upstream',
  },
  dataLossDetected: {
    name: 'krafka_producer_data_loss_detected',
    instrument: 'counter',
    unit: '{batch}',
    description: 'Batches that a broker has reported lost.',
    attributes: {},
    since: 'upstream',
  },
} as const satisfies InstrumentDefinitions;

/** The producer's instruments as data. */
export const krafkaProducerSet: InstrumentSet<typeof definitions> = {
  scope: 'krafka',
  prefix: 'krafka_producer_',
  definitions,
};

/** The producer's record calls. */
interface ProducerCalls {
  /** Adds one acknowledged record of `bytes` bytes. */
  recordSend(bytes: number): void;
  /** Adds one acknowledged batch and its `records` records. */
  recordBatch(records: number): void;
  /** Adds one send that failed for good. */
  recordError(): void;
  /** Adds one send that is tried again. */
  recordRetry(): void;
  /** Adds a compressed batch's bytes, after and before compression. */
  recordCompression(compressedBytes: number, uncompressedBytes: number): void;
  /** Adds acknowledged records and their bytes to their topic; beyond the limit of topics to `__other__`. */
  recordTopicSend(topic: string, records: number, bytes: number): void;
  /** Adds one send that failed for good to its topic; beyond the limit of topics to `__other__`. */
  recordTopicError(topic: string): void;
}

/** The producer component. */
export type KrafkaProducer<Given extends string = never> = Component<typeof definitions, Given> & ProducerCalls;

/** Creates the producer component. */
export function createProducer<const Constants extends ConstantAttributes>(
  options: KrafkaOptions<Constants>,
): KrafkaProducer<GivenKeys<Constants>> {
  const component = createComponent(krafkaProducerSet, options);
  // The calls give every attribute, whether it is constant for the set or not.
  const { recordsSent, bytesSent, batchesSent, errors, retries, compressedBytes, uncompressedBytes, ...topics } =
    component as unknown as Component<typeof definitions, never>;
  const attributeOf = limitTopics(options.topicLimit ?? DEFAULT_TOPIC_LIMIT);
  return {
    ...component,
    recordSend(bytes) {
      recordsSent.add(1);
      bytesSent.add(bytes);
    },
    recordBatch(records) {
      batchesSent.add(1);
      recordsSent.add(records);
    },
    recordError: () => errors.add(1),
    recordRetry: () => retries.add(1),
    recordCompression(compressed, uncompressed) {
      compressedBytes.add(compressed);
      uncompressedBytes.add(uncompressed);
    },
    recordTopicSend(topic, records, bytes) {
      const attributes = { topic: attributeOf(topic) };
      topics.topicRecordsSent.add(records, attributes);
      topics.topicBytesSent.add(bytes, attributes);
    },
    recordTopicError: (topic) => topics.topicErrors.add(1, { topic: attributeOf(topic) }),
  };
}
