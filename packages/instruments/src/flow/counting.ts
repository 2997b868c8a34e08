import type { BoundAdder } from '../instrument-interfaces.ts';
import { passing, type Passed } from './passing.ts';

/** A counter of things that may come one by one, in batches, or in a stream. */
export interface Count extends BoundAdder {
  /** Counts what flows as it is taken, one an item, a batch (an array) as many as it has; see {@link passing}. */
  passing<Source>(source: Source): Passed<Source>;
}

/** How many things an item is: a batch is as many as it has. */
export function sizeOf(item: unknown): number {
  return Array.isArray(item) ? item.length : 1;
}

export function countInto(adder: BoundAdder): Count {
  return {
    add: (value) => adder.add(value),
    passing: (source) => passing(source, { item: (item) => adder.add(sizeOf(item)) }),
  };
}
