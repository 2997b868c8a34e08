import type { Acceptance } from './acceptance.ts';
import { keyOf } from './attribute-key.ts';
import { NO_ROW, type Entries } from './attribute-node.ts';
import { describeError } from './described.ts';
import type { Observation } from './observable-callbacks.ts';
import { PrecomputedSumAggregation } from './precomputed-sum.ts';
import type { Stream } from './stream.ts';

/** What the callbacks of one instrument have observed. */
export interface InstrumentObservations {
  readonly acceptance: Acceptance;
  readonly observations: readonly Observation[];
}

interface Observed {
  readonly entries: Entries;
  readonly value: number;
}

/**
 * Records what the callbacks of one collection have observed, in a stream that only the collecting reader reads.
 *
 * A series that was not observed is not reported, but keeps its row, and so what the next delta of it is to be
 * compared with, until another series needs the place: series that come and go do not fill the limit for ever.
 *
 * @param startMs when series that are new began
 * @returns the rows that were observed
 */
export function recordObservations(
  stream: Stream,
  instruments: readonly InstrumentObservations[],
  startMs: number,
): Set<number> {
  const observed = instruments.flatMap((instrument) => processed(stream, instrument));
  makeRoom(stream, observed);
  const { aggregation } = stream;
  return aggregation instanceof PrecomputedSumAggregation
    ? recordTotals(stream, aggregation, observed, startMs)
    : recordEach(stream, observed, startMs);
}

/** Of last values the last observation of a series stands; in histograms each counts. */
function recordEach(stream: Stream, observed: readonly Observed[], startMs: number): Set<number> {
  const rows = new Set<number>();
  for (const { entries, value } of observed) {
    const row = stream.rowOf(entries, startMs);
    stream.aggregation.record(row, value);
    rows.add(row);
  }
  return rows;
}

/** Of totals the last observation of a set stands, beyond the limit as well, where one total is made of those of all sets. */
function recordTotals(
  stream: Stream,
  aggregation: PrecomputedSumAggregation,
  observed: readonly Observed[],
  startMs: number,
): Set<number> {
  const last = new Map<number, number>();
  const beyond = new Map<string, number>();
  for (const { entries, value } of observed) {
    const row = stream.rowOf(entries, startMs);
    if (stream.isOverflowRow(row)) beyond.set(keyOf(entries), value);
    last.set(row, value);
  }
  for (const [row, value] of last) {
    const isOverflow = stream.isOverflowRow(row);
    const total = isOverflow ? sum(beyond.values()) : value;
    // A total that only grows has become smaller: what counts it has begun anew.
    if (aggregation.isMonotonic && total < aggregation.cumulative(row)) stream.restart(row, startMs);
    // Once for each set, since measurements beyond the limit are counted.
    for (let sets = isOverflow ? beyond.size : 1; sets > 0; sets -= 1) aggregation.record(row, total);
  }
  return new Set(last.keys());
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The observations with the attributes that their series have. */
function processed(stream: Stream, { acceptance, observations }: InstrumentObservations): Observed[] {
  return observations.flatMap(({ attributes, value }) => {
    try {
      return { entries: stream.entriesFor(attributes, undefined), value };
    } catch (error) {
      acceptance.dropUnprocessed(describeError(error));
      return [];
    }
  });
}

/** Ends series that were not observed, as many as new ones need places. */
function makeRoom(stream: Stream, observed: readonly Observed[]): void {
  if (stream.occupied + observed.length <= stream.cardinalityLimit) return;
  const known = new Set<number>();
  const unknown = new Set<string>();
  for (const { entries } of observed) {
    const row = stream.index.find(entries);
    if (row === NO_ROW) unknown.add(keyOf(entries));
    else known.add(row);
  }
  let missing = stream.occupied + unknown.size - stream.cardinalityLimit;
  for (let row = 0; row < stream.rowCount && missing > 0; row += 1) {
    if (known.has(row) || !stream.isLive(row) || stream.isOverflowRow(row)) continue;
    stream.discard(row);
    missing -= 1;
  }
}
