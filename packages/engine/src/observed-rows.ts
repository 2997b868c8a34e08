import { NO_ROW, type Entries } from './attribute-node.ts';
import type { Observation } from './observable-callbacks.ts';
import { PrecomputedSumAggregation } from './precomputed-sum.ts';
import type { Stream } from './stream.ts';

/**
 * Records what the callbacks of one collection have observed, in a stream that only the collecting reader reads.
 *
 * A series that was not observed is not reported, but keeps its row, and so what the next delta of it is to be
 * compared with, until another series needs the place: series that come and go do not fill the limit for ever.
 *
 * @param startMs when series that are new began
 * @returns the rows that were observed
 */
export function recordObservations(stream: Stream, observations: readonly Observation[], startMs: number): Set<number> {
  const sets = observations.map(({ attributes }) => stream.entriesFor(attributes, undefined));
  makeRoom(stream, sets);
  const rows = new Set<number>();
  let overflowTotal = 0;
  for (const [index, { value }] of observations.entries()) {
    const row = stream.rowOf(sets[index] ?? [], startMs);
    if (stream.isOverflowRow(row)) {
      // What went over is one total; a single last observation would pass for all of it.
      overflowTotal += value;
      stream.aggregation.record(row, stream.aggregation instanceof PrecomputedSumAggregation ? overflowTotal : value);
    } else {
      if (hasBegunAnew(stream, row, value)) stream.restart(row, startMs);
      stream.aggregation.record(row, value);
    }
    rows.add(row);
  }
  return rows;
}

/** Ends series that were not observed, as many as new ones need places. */
function makeRoom(stream: Stream, sets: readonly Entries[]): void {
  if (stream.occupied + sets.length <= stream.cardinalityLimit) return;
  const known = new Set<number>();
  const unknown = new Set<string>();
  for (const entries of sets) {
    const row = stream.index.find(entries);
    if (row === NO_ROW) unknown.add(JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))));
    else known.add(row);
  }
  let missing = stream.occupied + unknown.size - stream.cardinalityLimit;
  for (let row = 0; row < stream.rowCount && missing > 0; row += 1) {
    if (known.has(row) || stream.isFree(row) || stream.isOverflowRow(row)) continue;
    stream.end(row);
    missing -= 1;
  }
}

/** Whether a total that only grows has become smaller: what counts it has begun anew. */
function hasBegunAnew({ aggregation }: Stream, row: number, value: number): boolean {
  if (!(aggregation instanceof PrecomputedSumAggregation) || !aggregation.isMonotonic) return false;
  return value < aggregation.cumulative(row);
}
