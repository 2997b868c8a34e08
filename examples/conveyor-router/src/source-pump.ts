import { recordBackpressureEvents, recordRecordsReceived } from 'flowmeter/conveyor';
import type { Fields } from './record.ts';
import type { Source } from './sources.ts';
import type { Stage } from './stage.ts';

const BATCH_SIZE = 100;
const HIGH_MARK = 0.8;
const LOW_MARK = 0.6;

/** What a pump moves, and from where. */
export interface PumpOptions {
  readonly source: Source;
  readonly pipelineId: string;
  /** The stage whose buffer takes the records in. */
  readonly into: Stage;
  /** The first offset that is not settled yet. */
  readonly from: number;
  /** Whether to leave the rest of the source for the next run. */
  isStopped(): boolean;
  /** Told of every batch that has been taken in. */
  accepted(count: number): void;
}

/**
 * Carries a source's rows into the first stage of its pipeline, until the source ends or the pump is stopped. When the
 * stage is too full, the source is told to pause: nothing is pulled from it, so its stream stops reading.
 */
export async function pump({ source, pipelineId, into, from, isStopped, accepted }: PumpOptions): Promise<void> {
  const { sourceId } = source;
  let offset = from;
  let batch: Fields[] = [];

  async function accept(): Promise<void> {
    const acceptedAt = performance.now();
    await into.buffer.put(
      batch.map((fields, index) => ({ sourceId, pipelineId, offset: offset + index, acceptedAt, fields })),
    );
    recordRecordsReceived(sourceId, batch.length);
    accepted(batch.length);
    offset += batch.length;
    batch = [];
    if (into.occupancy.utilization > HIGH_MARK) {
      recordBackpressureEvents(sourceId);
      await into.buffer.whenAtMost(LOW_MARK * into.buffer.capacity);
    }
  }

  for await (const fields of source.rows(from)) {
    batch.push(fields);
    if (batch.length < BATCH_SIZE) continue;
    // A batch that has been pulled but not accepted is read again by the next run.
    if (isStopped()) return;
    await accept();
  }
  if (batch.length > 0 && !isStopped()) await accept();
}
