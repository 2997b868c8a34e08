import type { Attributes } from '@opentelemetry/api';
import { keyOf } from './attribute-key.ts';
import { NO_ROW, type Entries } from './attribute-node.ts';
import { entriesOf, isOverflow, toAttributes } from './attribute-set.ts';
import { describeError } from './described.ts';
import type { ObservableInstrument } from './observable-instrument.ts';
import type { ObservationList } from './observation-round.ts';
import type { ObservedValues } from './observed-values.ts';
import type { Stream } from './stream.ts';
import type { Steps } from './time-slices.ts';

/** What callbacks have observed beyond the limit of a stream. */
export interface ObservedBeyond {
  /** The last value of each attribute set. */
  readonly sets: ReadonlyMap<string, number>;
  /** How many observations there were. */
  readonly count: number;
}

/** Observations that have no row yet, with the attributes that their series are to have. */
interface Unplaced {
  readonly attributes: Attributes[];
  readonly values: number[];
}

/**
 * Finds the rows for what callbacks have observed, and makes those that are missing. Nothing is recorded in them yet: what is
 * observed of a series may come in several observations, and nobody is to see a part of them.
 *
 * A series that was not observed is not reported, but keeps its row, and so what the next delta of it is to be
 * compared with, until another series needs the place: series that come and go do not fill the limit for ever.
 *
 * @param startMs when series that are new began
 * @param values takes what was observed
 * @returns what has come to the overflow row
 */
export function* findRows(
  stream: Stream,
  lists: readonly ObservationList[],
  startMs: number,
  values: ObservedValues,
): Steps<ObservedBeyond> {
  let total = 0;
  for (const list of lists) total += list.values.length;
  const hasRoom = stream.occupied + total <= stream.cardinalityLimit;
  const unplaced: Unplaced = { attributes: [], values: [] };
  for (const list of byInstrument(lists)) {
    yield* placeKnown(stream, list, hasRoom ? startMs : undefined, values, unplaced);
  }
  yield* makeRoom(stream, values, unplaced);
  const sets = new Map<string, number>();
  let count = 0;
  for (let index = 0; index < unplaced.values.length; index += 1) {
    yield;
    const value = unplaced.values[index] ?? NaN;
    const entries = entriesOf(unplaced.attributes[index]);
    const row = stream.rowOf(entries, startMs);
    values.add(row, value);
    if (!stream.isOverflowRow(row)) continue;
    sets.set(keyOf(entries), value);
    count += 1;
  }
  return { sets, count };
}

/** Finds the rows of series that are known; where a start is given, for which there is room, also of those that are not. */
function* placeKnown(
  stream: Stream,
  { instrument, attributes, values: observed }: ObservationList,
  startMs: number | undefined,
  values: ObservedValues,
  unplaced: Unplaced,
): Steps<void> {
  const { process, filter } = stream.processing;
  const isProcessed = process !== undefined || filter !== undefined;
  for (let index = 0; index < observed.length; index += 1) {
    yield;
    const value = observed[index] ?? NaN;
    const own = attributes[index];
    let entries: Entries;
    try {
      entries = stream.entriesFor(own, undefined);
    } catch (error) {
      instrument.acceptance.dropUnprocessed(describeError(error));
      continue;
    }
    const row = startMs === undefined ? stream.index.find(entries) : stream.rowOf(entries, startMs);
    if (row !== NO_ROW && !stream.isOverflowRow(row)) {
      values.add(row, value);
      continue;
    }
    // A list of entries is several times as heavy as the attributes, and there may be many.
    unplaced.attributes.push(isProcessed || own === undefined ? toAttributes(entries) : own);
    unplaced.values.push(value);
  }
}

/** Ends series that were not observed, as many as new ones need places. */
function* makeRoom(stream: Stream, known: ObservedValues, unplaced: Unplaced): Steps<void> {
  const { cardinalityLimit } = stream;
  if (stream.occupied + unplaced.values.length <= cardinalityLimit) return;
  const sets = new Set<string>();
  for (const attributes of unplaced.attributes) {
    yield;
    const entries = entriesOf(attributes);
    if (!isOverflow(entries)) sets.add(keyOf(entries));
    // More places than there are cannot be made.
    if (sets.size === cardinalityLimit) break;
  }
  let missing = stream.occupied + sets.size - cardinalityLimit;
  for (let row = 0; row < stream.rowCount && missing > 0; row += 1) {
    yield;
    if (known.has(row) || !stream.isLive(row) || stream.isOverflowRow(row)) continue;
    stream.discard(row);
    missing -= 1;
  }
}

/** Those of one instrument together, in the order of the instruments' first ones. */
function byInstrument(lists: readonly ObservationList[]): readonly ObservationList[] {
  if (lists.every(({ instrument }) => instrument === lists[0]?.instrument)) return lists;
  const grouped = new Map<ObservableInstrument, ObservationList[]>();
  for (const list of lists) {
    const present = grouped.get(list.instrument);
    if (present === undefined) grouped.set(list.instrument, [list]);
    else present.push(list);
  }
  return [...grouped.values()].flat();
}
