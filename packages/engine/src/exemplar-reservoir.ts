import type { Attributes, SpanContext } from '@opentelemetry/api';
import { millisToHrTime } from './hr-time.ts';
import { copyAttributes } from './attribute-set.ts';
import type { Exemplar } from './exemplar.ts';

/** The place of an exemplar, written over by each that comes after it. */
interface Place {
  /** Its number among all that the reservoir has taken. */
  order: number;
  value: number;
  timeMs: number;
  span: SpanContext | undefined;
  filteredAttributes: Attributes;
}

type Places = ReadonlyMap<number, Place>;

/** What was taken for one row. */
interface RowPlaces {
  readonly places: Map<number, Place>;
  /** Of series that are no more, and whose last delta is part of this one's next. */
  inherited: Places | undefined;
  taken: number;
}

/**
 * The exemplars of one stream: for each row as many places as its aggregation has, one for each bucket of a histogram.
 * The latest measurement in a place stands. Rows and places are made when there is something to keep there.
 */
export class ExemplarReservoir {
  readonly #placeOf: (value: number, taken: number) => number;
  readonly #rows = new Map<number, RowPlaces>();
  #taken = 0;

  /** @param placeOf which place a value competes for, the n-th that is taken for its row */
  constructor(placeOf: (value: number, taken: number) => number) {
    this.#placeOf = placeOf;
  }

  /** How many have been taken so far: where a reader that collects only what is new goes on from. */
  get taken(): number {
    return this.#taken;
  }

  offer(
    row: number,
    value: number,
    timeMs: number,
    span: SpanContext | undefined,
    filteredAttributes: Attributes,
  ): void {
    let ofRow = this.#rows.get(row);
    if (ofRow === undefined) this.#rows.set(row, (ofRow = emptyRow()));
    const number = this.#placeOf(value, ofRow.taken);
    const order = this.#taken;
    this.#taken += 1;
    ofRow.taken += 1;
    const place = ofRow.places.get(number);
    if (place === undefined) {
      ofRow.places.set(number, { order, value, timeMs, span, filteredAttributes });
      return;
    }
    place.order = order;
    place.value = value;
    place.timeMs = timeMs;
    place.span = span;
    place.filteredAttributes = filteredAttributes;
  }

  /** What was taken for the series of a row after the first `since`; `undefined` if nothing was. */
  collect(row: number, since: number): Exemplar[] | undefined {
    const ofRow = this.#rows.get(row);
    return ofRow === undefined ? undefined : toExemplars(ofRow.places, since);
  }

  /** As {@link collect}, with what was handed on to the row: for a delta, which has what other series left to take. */
  collectInherited(row: number, since: number): Exemplar[] | undefined {
    const ofRow = this.#rows.get(row);
    return ofRow === undefined ? undefined : toExemplars(latest(ofRow.inherited, ofRow.places), since);
  }

  /** Hands what was taken for a row on to another one. */
  move(row: number, successor: number): void {
    const ofRow = this.#rows.get(row);
    if (ofRow === undefined) return;
    this.#rows.delete(row);
    let ofSuccessor = this.#rows.get(successor);
    if (ofSuccessor === undefined) this.#rows.set(successor, (ofSuccessor = emptyRow()));
    // Apart from its own: they are older than the series is.
    ofSuccessor.inherited = latest(ofSuccessor.inherited, latest(ofRow.inherited, ofRow.places));
  }

  /** Forgets what was taken for a row whose series is no more. */
  delete(row: number): void {
    this.#rows.delete(row);
  }
}

function emptyRow(): RowPlaces {
  return { places: new Map(), inherited: undefined, taken: 0 };
}

/** Of each place the one that was taken last. */
function latest(inherited: Places | undefined, places: Places): Places {
  if (inherited === undefined) return places;
  const merged = new Map(inherited);
  for (const [number, place] of places) {
    const other = merged.get(number);
    if (other === undefined || other.order < place.order) merged.set(number, place);
  }
  return merged;
}

function toExemplars(places: Places, since: number): Exemplar[] | undefined {
  const exemplars = [...places]
    .filter(([, { order }]) => order >= since)
    .toSorted(([a], [b]) => a - b)
    .map(([, place]) => toExemplar(place));
  return exemplars.length === 0 ? undefined : exemplars;
}

/** What a consumer does to it is its own affair, and no other's. */
function toExemplar({ value, timeMs, span, filteredAttributes }: Place): Exemplar {
  const exemplar: Exemplar = {
    filteredAttributes: copyAttributes(filteredAttributes),
    value,
    timestamp: millisToHrTime(timeMs),
  };
  if (span === undefined) return exemplar;
  return { ...exemplar, traceId: span.traceId, spanId: span.spanId };
}
