import type { Attributes, SpanContext } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import type { Exemplar } from './exemplar.ts';

/** The place of an exemplar, written over by each that comes after it. */
interface Place {
  value: number;
  timeMs: number;
  span: SpanContext | undefined;
  filteredAttributes: Attributes;
}

/**
 * The exemplars of one stream: for each row as many places as its aggregation has, one for each bucket of a histogram.
 * The latest measurement in a place stands. Rows and places are made when there is something to keep there.
 */
export class ExemplarReservoir {
  readonly #placeOf: (value: number) => number;
  readonly #rows = new Map<number, Map<number, Place>>();

  /** @param placeOf which place a value competes for */
  constructor(placeOf: (value: number) => number) {
    this.#placeOf = placeOf;
  }

  offer(
    row: number,
    value: number,
    timeMs: number,
    span: SpanContext | undefined,
    filteredAttributes: Attributes,
  ): void {
    let places = this.#rows.get(row);
    if (places === undefined) this.#rows.set(row, (places = new Map()));
    const number = this.#placeOf(value);
    const place = places.get(number);
    if (place === undefined) {
      places.set(number, { value, timeMs, span, filteredAttributes });
      return;
    }
    place.value = value;
    place.timeMs = timeMs;
    place.span = span;
    place.filteredAttributes = filteredAttributes;
  }

  /** What was taken for a row from `sinceMs` on; `undefined` if nothing was. */
  collect(row: number, sinceMs: number): Exemplar[] | undefined {
    const places = this.#rows.get(row);
    if (places === undefined) return undefined;
    const exemplars = [...places]
      .filter(([, { timeMs }]) => timeMs >= sinceMs)
      .toSorted(([a], [b]) => a - b)
      .map(([, place]) => toExemplar(place));
    return exemplars.length === 0 ? undefined : exemplars;
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
