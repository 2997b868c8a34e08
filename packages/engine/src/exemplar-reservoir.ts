import type { Attributes, SpanContext } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
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

/** What was taken for one row. */
interface RowPlaces {
  readonly places: Map<number, Place>;
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
    if (ofRow === undefined) this.#rows.set(row, (ofRow = { places: new Map(), taken: 0 }));
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

  /** What was taken for a row after the first `since`; `undefined` if nothing was. */
  collect(row: number, since: number): Exemplar[] | undefined {
    const ofRow = this.#rows.get(row);
    if (ofRow === undefined) return undefined;
    const exemplars = [...ofRow.places]
      .filter(([, { order }]) => order >= since)
      .toSorted(([a], [b]) => a - b)
      .map(([, place]) => toExemplar(place));
    return exemplars.length === 0 ? undefined : exemplars;
  }

  /** Hands what was taken for a row on to another one, where that has none in the same place. */
  move(row: number, successor: number): void {
    const ofRow = this.#rows.get(row);
    const ofSuccessor = this.#rows.get(successor);
    this.#rows.delete(row);
    if (ofRow === undefined) return;
    if (ofSuccessor === undefined) this.#rows.set(successor, ofRow);
    else
      for (const [number, place] of ofRow.places)
        if (!ofSuccessor.places.has(number)) ofSuccessor.places.set(number, place);
  }

  /** Forgets what was taken for a row whose series is no more. */
  delete(row: number): void {
    this.#rows.delete(row);
  }
}

function toExemplar({ value, timeMs, span, filteredAttributes }: Place): Exemplar {
  const exemplar: Exemplar = { filteredAttributes, value, timestamp: millisToHrTime(timeMs) };
  if (span === undefined) return exemplar;
  return { ...exemplar, traceId: span.traceId, spanId: span.spanId };
}
