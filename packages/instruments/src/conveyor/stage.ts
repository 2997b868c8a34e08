import { sizeOf } from '../flow/counting.ts';
import type { BoundAdder } from '../instrument-interfaces.ts';
import { recordsWith, type Records } from './records.ts';

/** A stage of a pipeline: its records are counted as routed when they have been passed on. */
export interface Stage extends Records {
  /** Counts records that the stage has put back to be tried again: an array of them, their number, or one. */
  retried(records: unknown): void;
}

export function stageWith(routed: BoundAdder, retries: BoundAdder): Stage {
  return {
    ...recordsWith(routed),
    retried: (records) => retries.add(typeof records === 'number' ? records : sizeOf(records)),
  };
}
