import type { Aggregation } from './aggregation.ts';
import { LastValueAggregation } from './last-value.ts';
import type { ObservationList } from './observation-round.ts';
import { findRows, type ObservedBeyond } from './observed-rows.ts';
import { AllObservedValues, ObservedValues, type ObservedRows } from './observed-values.ts';
import { PrecomputedSumAggregation } from './precomputed-sum.ts';
import type { StreamReading } from './read-stream.ts';
import type { Stream } from './stream.ts';
import type { Steps } from './time-slices.ts';

/**
 * Records what the callbacks of one collection have observed, in a stream that only the collecting reader reads, and settles
 * all of its rows. Between two steps each series has all or nothing of what was observed of it.
 *
 * @returns the rows that were observed
 */
export function* recordObservations(
  { stream, sinceMs }: StreamReading,
  lists: readonly ObservationList[],
  nowMs: number,
): Steps<ObservedRows> {
  const { aggregation } = stream;
  const each = takesLast(aggregation) ? undefined : new AllObservedValues();
  const values = each ?? new ObservedValues();
  const beyond = yield* findRows(stream, lists, sinceMs, values);
  for (let row = 0; row < stream.rowCount; row += 1) {
    yield;
    if (values.has(row)) {
      if (each !== undefined) for (const value of each.allOf(row)) aggregation.record(row, value);
      else if (stream.isOverflowRow(row)) yield* recordBeyond(stream, row, beyond, values.lastOf(row), sinceMs);
      else recordLast(stream, row, values.lastOf(row), sinceMs);
    }
    stream.settle(nowMs, row, row + 1);
  }
  return values;
}

/** Of totals and last values the last observation of a series stands; in histograms each counts. */
function takesLast(aggregation: Aggregation): boolean {
  return aggregation instanceof PrecomputedSumAggregation || aggregation instanceof LastValueAggregation;
}

function recordLast(stream: Stream, row: number, value: number, startMs: number): void {
  const { aggregation } = stream;
  const isTotal = aggregation instanceof PrecomputedSumAggregation;
  // A total that only grows has become smaller: what counts it has begun anew.
  if (isTotal && aggregation.isMonotonic && value < aggregation.cumulative(row)) stream.restart(row, startMs);
  aggregation.record(row, value);
}

/** Beyond the limit one total is made of the last ones of all sets. Measurements there are counted: a total as one for each set. */
function* recordBeyond(
  stream: Stream,
  row: number,
  { sets, count }: ObservedBeyond,
  last: number,
  startMs: number,
): Steps<void> {
  const isTotal = stream.aggregation instanceof PrecomputedSumAggregation;
  const value = isTotal ? yield* sum(sets.values()) : last;
  recordLast(stream, row, value, startMs);
  for (let left = (isTotal ? sets.size : count) - 1; left > 0; left -= 1) {
    yield;
    stream.aggregation.record(row, value);
  }
}

function* sum(values: Iterable<number>): Steps<number> {
  let total = 0;
  for (const value of values) {
    yield;
    total += value;
  }
  return total;
}
