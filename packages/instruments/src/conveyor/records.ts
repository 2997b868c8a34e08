import { around } from '../flow/around.ts';
import { sizeOf } from '../flow/counting.ts';
import { passing, type Passed } from '../flow/passing.ts';
import type { BoundAdder } from '../instrument-interfaces.ts';

/** Counts records that have gone through a part of the router. */
export interface Records {
  /**
   * Counts a batch when the work on it has succeeded: an array as many records as it has, a number that many, anything else
   * as one. What the work returns or throws comes back untouched; of a batch that has failed nothing is counted.
   *
   * @param work takes the batch, at once or as a promise
   */
  batch<Batch, Result>(records: Batch, work: (records: Batch) => Result): Result;
  /** Counts the records of a stream or anything else to loop over, as they are taken; an array among them is a batch. */
  passing<Source>(source: Source): Passed<Source>;
}

/** @param each is told of each record that is counted, where there are records and not only their number */
export function recordsWith(counter: BoundAdder, each?: (record: unknown) => void): Records {
  return {
    batch: (records, work) =>
      around(
        () => work(records),
        ({ succeeded }) => {
          if (succeeded && typeof records === 'number') counter.add(records);
          else if (succeeded) count(records, counter, each);
        },
      ),
    passing: (source) => passing(source, { item: (item) => count(item, counter, each) }),
  };
}

/** Counts an item of a stream: a record, or an array of them. */
export function count(item: unknown, counter: BoundAdder, each?: (record: unknown) => void): void {
  counter.add(sizeOf(item));
  if (each === undefined) return;
  if (Array.isArray(item)) for (const record of item) each(record);
  else each(item);
}
