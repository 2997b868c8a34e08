import { recordRecordsRouted } from 'flowmeter/conveyor';
import { BoundedBuffer } from './bounded-buffer.ts';
import { Occupancy } from './occupancy.ts';
import type { Fields, RoutedRecord } from './record.ts';

/** What a stage does with a row: the row to pass on, or undefined to filter it out. */
export type Transform = (fields: Fields) => Fields | undefined;

/** One step of a pipeline, as its author describes it. */
export interface StageDefinition {
  readonly stageId: string;
  readonly capacity: number;
  readonly transform: Transform;
}

/** Where a stage gets rid of its records. */
export interface StageOutlets {
  /** Resolves when all of them have found room further on. */
  passOn(records: RoutedRecord[]): Promise<void>;
  /** Told of the records that go no further. */
  filteredOut(records: RoutedRecord[]): void;
}

const BATCH_SIZE = 100;

/** A bounded buffer and the loop that empties it; it stands still while there is no room behind it. */
export class Stage {
  readonly stageId: string;
  readonly occupancy: Occupancy;
  readonly buffer: BoundedBuffer<RoutedRecord>;
  readonly #pipelineId: string;
  readonly #transform: Transform;

  constructor(pipelineId: string, { stageId, capacity, transform }: StageDefinition) {
    this.stageId = stageId;
    this.#pipelineId = pipelineId;
    this.#transform = transform;
    this.occupancy = new Occupancy(stageId, capacity);
    this.buffer = new BoundedBuffer(capacity, this.occupancy);
  }

  /** Works until the buffer is closed and empty. */
  async run({ passOn, filteredOut }: StageOutlets): Promise<void> {
    for (;;) {
      const batch = await this.buffer.take(BATCH_SIZE);
      if (!batch) return;
      const passed: RoutedRecord[] = [];
      const filtered: RoutedRecord[] = [];
      for (const record of batch) {
        const fields = this.#transform(record.fields);
        if (fields) passed.push({ ...record, fields });
        else filtered.push(record);
      }
      await passOn(passed);
      if (passed.length > 0) recordRecordsRouted(this.#pipelineId, this.stageId, passed.length);
      filteredOut(filtered);
      this.buffer.release(batch.length);
    }
  }
}
