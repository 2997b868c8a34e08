/**
 * Krafka, a Kafka client: a producer, a consumer, and the connections under both. Each component has its typed
 * instruments, Krafka's own record calls, gauges that never fall below zero, and a snapshot of its numbers.
 */
import type { ConstantAttributes } from './attribute-values.ts';
import type { GivenKeys } from './create-instruments.ts';
import { createConnection, type KrafkaConnection } from './krafka/connection.ts';
import { createConsumer, type KrafkaConsumer } from './krafka/consumer.ts';
import type { KrafkaOptions } from './krafka/options.ts';
import { createProducer, type KrafkaProducer } from './krafka/producer.ts';

export type { LatencySnapshot } from './krafka/component.ts';
export { krafkaConnectionSet, type KrafkaConnection } from './krafka/connection.ts';
export { krafkaConsumerSet, type KrafkaConsumer } from './krafka/consumer.ts';
export type { LevelGauge } from './krafka/level-gauge.ts';
export type { KrafkaOptions } from './krafka/options.ts';
export { krafkaProducerSet, type KrafkaProducer } from './krafka/producer.ts';

/** A Krafka set. */
export interface Krafka<Given extends string = never> {
  readonly producer: KrafkaProducer<Given>;
  readonly consumer: KrafkaConsumer<Given>;
  readonly connection: KrafkaConnection<Given>;
  /** A plain copy of all components' numbers, as counted by this set. */
  snapshot(): {
    readonly producer: ReturnType<KrafkaProducer['snapshot']>;
    readonly consumer: ReturnType<KrafkaConsumer['snapshot']>;
    readonly connection: ReturnType<KrafkaConnection['snapshot']>;
  };
}

/** Creates a Krafka set, live as soon as a meter provider is registered. */
export function createKrafka<const Constants extends ConstantAttributes = Record<never, never>>(
  options: KrafkaOptions<Constants> = {},
): Krafka<GivenKeys<Constants>> {
  const producer = createProducer(options);
  const consumer = createConsumer(options);
  const connection = createConnection(options);
  return {
    producer,
    consumer,
    connection,
    snapshot: () => ({
      producer: producer.snapshot(),
      consumer: consumer.snapshot(),
      connection: connection.snapshot(),
    }),
  };
}
