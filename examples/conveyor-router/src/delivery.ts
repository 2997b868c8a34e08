/**
 * The last stage before a sink: bounded buffers, one a partition, and a consumer group of workers that empty them. A
 * record's key decides its partition. Workers join while the buffers fill and leave when they have nothing to do.
 */
import { recordRetryEvents } from 'flowmeter/conveyor';
import pRetry from 'p-retry';
import { BoundedBuffer } from './bounded-buffer.ts';
import { ConsumerGroup } from './consumer-group.ts';
import { Occupancy } from './occupancy.ts';
import type { Fields, RoutedRecord } from './record.ts';
import type { Sink } from './sink.ts';
import { Wakeup } from './wakeup.ts';

const JOIN_ABOVE = 0.7;
const LEAVE_AFTER_IDLE_MS = 150;

/** A sink and how it is fed. */
export interface DeliveryDefinition {
  readonly stageId: string;
  readonly groupId: string;
  readonly sink: Sink;
  readonly partitions: number;
  readonly capacityOfPartition: number;
  readonly batchSize: number;
  readonly maxWorkers: number;
  /** Records of one key are delivered in order. */
  keyOf(fields: Fields): string;
}

/** What a delivery tells the router. */
export interface DeliveryEvents {
  delivered(records: readonly RoutedRecord[]): void;
  retried(records: readonly RoutedRecord[]): void;
  failed(error: Error): void;
}

export class Delivery {
  readonly #definition: DeliveryDefinition;
  readonly #events: DeliveryEvents;
  readonly #occupancy: Occupancy;
  readonly #partitions: BoundedBuffer<RoutedRecord>[];
  readonly #group: ConsumerGroup;
  readonly #workers = new Map<string, Promise<void>>();
  readonly #inFlight = new Set<number>();
  readonly #changed = new Wakeup();
  readonly #abort = new AbortController();
  #closed = false;

  constructor(definition: DeliveryDefinition, events: DeliveryEvents) {
    const { stageId, groupId, partitions, capacityOfPartition } = definition;
    this.#definition = definition;
    this.#events = events;
    this.#occupancy = new Occupancy(stageId, partitions * capacityOfPartition);
    this.#partitions = Array.from(
      { length: partitions },
      () => new BoundedBuffer<RoutedRecord>(capacityOfPartition, this.#occupancy),
    );
    this.#group = new ConsumerGroup(groupId, partitions);
    this.#join();
  }

  /** Resolves when all records have found room in their partitions. */
  async put(records: readonly RoutedRecord[]): Promise<void> {
    const byPartition = Map.groupBy(records, ({ fields }) => this.#partitionOf(fields));
    for (const [partition, some] of byPartition) {
      const room = this.#partitions[partition]?.put(some);
      this.#changed.ring();
      if (this.#occupancy.utilization > JOIN_ABOVE && this.#group.size < this.#definition.maxWorkers) this.#join();
      await room;
      this.#changed.ring();
    }
  }

  /** Resolves when the group has shrunk to the one worker that always stays. */
  async whenQuiet(): Promise<void> {
    while (this.#group.size > 1) await this.#changed.wait();
  }

  /** Delivers what is left; resolves when all workers have left. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#changed.ring();
    await Promise.all(this.#workers.values());
  }

  /** Gives up what is left. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
    for (const partition of this.#partitions) partition.abort(reason);
    this.#changed.ring();
  }

  #join(): void {
    const { sink, maxWorkers } = this.#definition;
    const names = Array.from({ length: maxWorkers }, (_, index) => `${sink.sinkId}-worker-${index}`);
    const member = names.find((name) => !this.#workers.has(name));
    if (member === undefined) return;
    this.#group.join(member);
    const finished = (): boolean => this.#workers.delete(member);
    this.#workers.set(member, this.#work(member).catch(this.#events.failed).finally(finished));
  }

  async #work(member: string): Promise<void> {
    let idleSince = performance.now();
    try {
      while (!this.#abort.signal.aborted) {
        const partition = this.#claim(member);
        if (partition !== undefined) {
          await this.#deliverFrom(partition);
          this.#inFlight.delete(partition);
          this.#changed.ring();
          idleSince = performance.now();
        } else if (this.#closed && this.#occupancy.utilization === 0) {
          return;
        } else if (this.#group.size === 1) {
          await this.#changed.wait();
        } else {
          const patienceMs = idleSince + LEAVE_AFTER_IDLE_MS - performance.now();
          if (patienceMs <= 0) return;
          await this.#changed.waitAtMost(patienceMs);
        }
      }
    } finally {
      // In the same turn as the look at the group's size: two who leave at once would leave nobody.
      this.#group.leave(member);
      this.#changed.ring();
    }
  }

  /** The fullest partition of a member that has records and that nobody is delivering from. */
  #claim(member: string): number | undefined {
    const [fullest] = this.#group
      .partitionsOf(member)
      .filter((partition) => !this.#inFlight.has(partition) && this.#queuedIn(partition) > 0)
      .toSorted((one, other) => this.#queuedIn(other) - this.#queuedIn(one));
    // Kept across a rebalance: the next owner begins when this batch is through, or the order would be lost.
    if (fullest !== undefined) this.#inFlight.add(fullest);
    return fullest;
  }

  /** Delivers one batch, however often it takes: a sink that stays down fills the buffers, it loses nothing. */
  async #deliverFrom(index: number): Promise<void> {
    const { sink, stageId, batchSize } = this.#definition;
    const { signal } = this.#abort;
    const partition = this.#partitions[index];
    if (!partition) throw new RangeError(`no partition ${index}`);
    let batch: RoutedRecord[] = [];
    const attempt = async (): Promise<void> => {
      batch = partition.takeNow(batchSize);
      await sink.deliver(batch, signal);
    };
    // Called only when there will be another attempt.
    const onFailedAttempt = (): void => {
      partition.giveBack(batch);
      for (let record = 0; record < batch.length; record++) recordRetryEvents(stageId);
      this.#events.retried(batch);
    };
    await pRetry(attempt, { retries: Infinity, minTimeout: 20, factor: 2, maxTimeout: 1000, signal, onFailedAttempt });
    this.#events.delivered(batch);
    partition.release(batch.length);
  }

  #queuedIn(partition: number): number {
    return this.#partitions[partition]?.queued ?? 0;
  }

  #partitionOf(fields: Fields): number {
    let hash = 0;
    for (const character of this.#definition.keyOf(fields)) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
    return hash % this.#partitions.length;
  }
}
