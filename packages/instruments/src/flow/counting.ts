import type { BoundAdder } from '../instrument-interfaces.ts';
import { passing, type Passed } from './passing.ts';
import { SeenStreams } from './seen-streams.ts';

/** A counter of things that may come one by one, in batches, or in a stream. */
export interface Count extends BoundAdder {
  /**
   * Counts what flows as it is taken, one an item, a batch (an array) as many as it has. What comes back is to be used in its
   * place; a Node stream is counted once, however often it is given.
   */
  passing<Source>(source: Source): Passed<Source>;
}

/** How many things an item is: a batch is as many as it has. */
export function sizeOf(item: unknown): number {
  return Array.isArray(item) ? item.length : 1;
}

export function countInto(adder: BoundAdder): Count {
  const seen = new SeenStreams();
  const watch = { item: (item: unknown) => adder.add(sizeOf(item)) };
  return {
    add: (value) => adder.add(value),
    passing: <Source>(source: Source) => (seen.isNew(source) ? passing(source, watch) : (source as Passed<Source>)),
  };
}
