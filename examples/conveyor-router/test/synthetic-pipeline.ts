import { setImmediate } from 'node:timers/promises';
import type { DeliveryDefinition } from '../src/delivery.ts';
import type { PipelineDefinition } from '../src/pipeline.ts';
import type { RoutedRecord } from '../src/record.ts';
import type { Sink } from '../src/sink.ts';

/** A sink that remembers what it was given. */
export interface MemorySink extends Sink {
  /** The offsets it has taken, in order. */
  readonly offsets: number[];
  /** How many records it has refused so far. */
  readonly refused: number;
}

/** What goes wrong at a memory sink. */
export interface MemorySinkOptions {
  /** Every so many batches one is refused; none if not given. */
  readonly refuseEvery?: number;
  /** Called with all that it has taken, after each batch. */
  onTaken?(offsets: readonly number[]): void;
}

/** A sink that takes a turn of the event loop a batch. */
export function memorySink({ refuseEvery = Infinity, onTaken }: MemorySinkOptions = {}): MemorySink {
  const offsets: number[] = [];
  let batches = 0;
  let refused = 0;
  return {
    sinkId: 'memory',
    offsets,
    get refused() {
      return refused;
    },
    async deliver(records: readonly RoutedRecord[], signal: AbortSignal) {
      batches += 1;
      await setImmediate();
      signal.throwIfAborted();
      if (batches % refuseEvery === 0) {
        refused += records.length;
        throw new Error('refused on purpose');
      }
      offsets.push(...records.map(({ offset }) => offset));
      onTaken?.(offsets);
    },
    async flush() {},
    async close() {},
  };
}

/** Numbers from 0 to `size`, of which the multiples of ten are filtered out. */
export function countingPipeline(size: number): PipelineDefinition {
  return {
    pipelineId: 'counting',
    source: {
      sourceId: 'numbers',
      async *rows(offset) {
        for (let number = offset; number < size; number++) yield { number };
      },
    },
    stages: [
      { stageId: 'take', capacity: 500, transform: (fields) => fields },
      {
        stageId: 'filter',
        capacity: 200,
        transform: (fields) => (Number(fields['number']) % 10 === 0 ? undefined : fields),
      },
      { stageId: 'mark', capacity: 200, transform: (fields) => ({ ...fields, marked: true }) },
    ],
    sinkFor: () => 'memory',
  };
}

/** The delivery to a memory sink, by up to three workers. */
export function memoryDelivery(sink: Sink): DeliveryDefinition {
  return {
    stageId: 'deliver',
    groupId: 'deliverers',
    sink,
    partitions: 4,
    capacityOfPartition: 50,
    batchSize: 20,
    maxWorkers: 3,
    keyOf: ({ number }) => String(number),
  };
}

/** What is to be delivered of a counting pipeline. */
export function expectedOffsets(size: number): number[] {
  return Array.from({ length: size }, (_, offset) => offset).filter((offset) => offset % 10 !== 0);
}
