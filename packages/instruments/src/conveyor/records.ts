import { around } from '../flow/around.ts';
import { sizeOf } from '../flow/counting.ts';
import { passing, type Passed } from '../flow/passing.ts';
import { SeenStreams } from '../flow/seen-streams.ts';
import type { BoundAdder } from '../instrument-interfaces.ts';

/** Counts records that have gone through a part of the router. */
export interface Records<Rec = unknown> {
  /**
   * Counts a batch when the work on it has succeeded: an array as many records as it has, a number that many, anything else
   * as one. What the work returns or throws comes back untouched; of a batch that has failed nothing is counted.
   *
   * @param work takes the batch, at once or as a promise
   */
  batch<Batch extends Rec | readonly Rec[] | number, Result>(records: Batch, work: (records: Batch) => Result): Result;
  /**
   * Counts the records of a stream or anything else to loop over, as they are taken; an array among them is a batch. A Node
   * stream is counted once, however often it is given.
   */
  passing<Source>(source: Source): Passed<Source>;
}

/** @param each is told of each record that is counted, where there are records and not only their number */
export function recordsWith(counter: BoundAdder, each?: (record: unknown) => void): Records {
  const seen = new SeenStreams();
  const watch = { item: (item: unknown) => count(item, counter, each) };
  return {
    batch: (records, work) => {
      const size = typeof records === 'number' ? records : sizeOf(records);
      // The work may take them out of the array.
      const kept: unknown = each !== undefined && Array.isArray(records) ? [...records] : records;
      return around(
        () => work(records),
        ({ succeeded }) => {
          if (!succeeded) return;
          counter.add(size);
          if (typeof kept !== 'number') tellEach(kept, each);
        },
      );
    },
    passing: <Source>(source: Source) => (seen.isNew(source) ? passing(source, watch) : (source as Passed<Source>)),
  };
}

/** Counts an item of a stream: a record, or an array of them. */
export function count(item: unknown, counter: BoundAdder, each?: (record: unknown) => void): void {
  counter.add(sizeOf(item));
  tellEach(item, each);
}

function tellEach(item: unknown, each: ((record: unknown) => void) | undefined): void {
  if (each === undefined) return;
  if (Array.isArray(item)) for (const record of item) each(record);
  else each(item);
}
