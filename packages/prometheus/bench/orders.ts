import type { Allocated } from './allocations.ts';
import type { Totals } from './totals.ts';

/** What the process of an endpoint can be told to do, and what it answers. */
export interface Orders {
  readonly record: Totals;
  /** Milliseconds from the last request to where its body had been made. */
  readonly took: number;
  readonly watchBlocks: null;
  /** Milliseconds of the longest block since. */
  readonly longestBlock: number;
  readonly watchAllocations: null;
  readonly allocated: Allocated;
}

export type Order = keyof Orders;

/** The first thing that the process says, by itself. */
export interface Standing {
  readonly port: number;
  readonly totals: Totals;
}
