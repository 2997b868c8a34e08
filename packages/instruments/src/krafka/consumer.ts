import type { ConstantAttributes } from '../attribute-values.ts';
import type { GivenKeys } from '../create-instruments.ts';
import type { InstrumentDefinitions, InstrumentSet } from '../definition.ts';
import { REQUEST_SECONDS } from './boundaries.ts';
import { createComponent, type Component } from './component.ts';
import type { KrafkaOptions } from './options.ts';

const definitions = {
  recordsReceived: {
    name: 'krafka_consumer_records_received',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that polls have returned.',
    attributes: {},
    since: 'seed',
  },
  bytesReceived: {
    name: 'krafka_consumer_bytes_received',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes of the values of the records that polls have returned.',
    attributes: {},
    since: 'seed',
  },
  fetches: {
    name: 'krafka_consumer_fetches',
    instrument: 'counter',
    unit: '{request}',
    description: 'Fetch requests to brokers.',
    attributes: {},
    since: 'seed',
  },
  polls: {
    name: 'krafka_consumer_polls',
    instrument: 'counter',
    unit: '{poll}',
    description: 'Polls.',
    attributes: {},
    since: 'seed',
  },
  emptyPolls: {
    name: 'krafka_consumer_empty_polls',
    instrument: 'counter',
    unit: '{poll}',
    description: 'Polls that have returned nothing.',
    attributes: {},
    since: 'seed',
  },
  commits: {
    name: 'krafka_consumer_commits',
    instrument: 'counter',
    unit: '{commit}',
    description: 'Offset commits that succeeded.',
    attributes: {},
    since: 'seed',
  },
  errors: {
    name: 'krafka_consumer_errors',
    instrument: 'counter',
    unit: '{error}',
    description: 'Failures of the consumer.',
    attributes: {},
    since: 'seed',
  },
  rebalances: {
    name: 'krafka_consumer_rebalances',
    instrument: 'counter',
    unit: '{rebalance}',
    description: 'Changes of the assigned partitions.',
    attributes: {},
    since: 'seed',
  },
  lag: {
    name: 'krafka_consumer_lag',
    instrument: 'gauge',
    unit: '{record}',
    description: 'Records not yet consumed, over all assigned partitions.',
    attributes: {},
    since: 'seed',
  },
  lagMax: {
    name: 'krafka_consumer_lag_max',
    instrument: 'gauge',
    unit: '{record}',
    description: 'Records not yet consumed in the partition that has most of them.',
    attributes: {},
    since: 'seed',
  },
  assignedPartitions: {
    name: 'krafka_consumer_assigned_partitions',
    instrument: 'gauge',
    unit: '{partition}',
    description: 'Partitions assigned to the consumer.',
    attributes: {},
    since: 'seed',
  },
  pausedPartitions: {
    name: 'krafka_consumer_paused_partitions',
    instrument: 'gauge',
    unit: '{partition}',
    description: 'Assigned partitions that are paused.',
    attributes: {},
    since: 'seed',
  },
  bufferedRecords: {
    name: 'krafka_consumer_buffered_records',
    instrument: 'gauge',
    unit: '{record}',
    description: 'Records fetched and not yet handed to the application.',
    attributes: {},
    since: 'seed',
  },
  pollLatencySeconds: {
    name: 'krafka_consumer_poll_latency_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds that a poll took.',
    attributes: {},
    boundaries: REQUEST_SECONDS,
    since: 'seed',
  },
  fetchLatencySeconds: {
    name: 'krafka_consumer_fetch_latency_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds that a fetch request took, failed ones included.',
    attributes: {},
    boundaries: REQUEST_SECONDS,
    since: 'seed',
  },
  seeks: {
    name: 'krafka_consumer_seeks',
    instrument: 'counter',
    unit: '{partition}',
    description: 'Partitions whose position was set by the application.',
    attributes: {},
    since: 'upstream',
  },
  batchDecodeErrors: {
    name: 'krafka_consumer_batch_decode_errors',
    instrument: 'counter',
    unit: '{batch}',
    description: 'Fetched batches that could not be decoded.',
    attributes: {},
    since: 'upstream',
  },
} as const satisfies InstrumentDefinitions;

/** The consumer's instruments as data. */
export const krafkaConsumerSet: InstrumentSet<typeof definitions> = {
  scope: 'krafka',
  prefix: 'krafka_consumer_',
  definitions,
};

/** The consumer's record calls. */
interface ConsumerCalls {
  /** Adds records that a poll has returned, and their bytes. */
  recordReceive(records: number, bytes: number): void;
  /** Adds one poll, and one empty poll when it returned no records. Does not add the records. */
  recordPoll(records: number): void;
  /** Adds one fetch request. */
  recordFetch(): void;
  /** Adds one offset commit. */
  recordCommit(): void;
  /** Adds one failure. */
  recordError(): void;
  /** Adds one change of the assigned partitions. */
  recordRebalance(): void;
  /** Adds `partitions` repositioned partitions. */
  recordSeek(partitions: number): void;
}

/** The consumer component. */
export type KrafkaConsumer<Given extends string = never> = Component<typeof definitions, Given> & ConsumerCalls;

/** Creates the consumer component. */
export function createConsumer<const Constants extends ConstantAttributes>(
  options: KrafkaOptions<Constants>,
): KrafkaConsumer<GivenKeys<Constants>> {
  const component = createComponent(krafkaConsumerSet, options);
  // No instrument of the consumer has attributes, so constant ones leave nothing to give.
  const { recordsReceived, bytesReceived, polls, emptyPolls, fetches, commits, errors, rebalances, seeks } =
    component as unknown as Component<typeof definitions, never>;
  return {
    ...component,
    recordReceive(records, bytes) {
      recordsReceived.add(records);
      bytesReceived.add(bytes);
    },
    recordPoll(records) {
      polls.add(1);
      if (records === 0) emptyPolls.add(1);
    },
    recordFetch: () => fetches.add(1),
    recordCommit: () => commits.add(1),
    recordError: () => errors.add(1),
    recordRebalance: () => rebalances.add(1),
    recordSeek: (partitions) => seeks.add(partitions),
  };
}
