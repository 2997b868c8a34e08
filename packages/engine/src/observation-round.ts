import type { Attributes } from '@opentelemetry/api';
import { entriesOf, toAttributes } from './attribute-set.ts';
import { ObservableInstrument } from './observable-instrument.ts';

/** What one call of a callback has observed. */
export interface Observations {
  /** By instrument, in the order in which it observed the first of each. */
  readonly lists: readonly ObservationList[];
  /** What was thrown, or took too long: then nothing was observed. */
  readonly errors: readonly unknown[];
}

/**
 * What one call has observed of one instrument: the value and the attributes of each observation, which are its own, whatever
 * the callback does with the object it passed. Two lists weigh half of what an object for each observation would.
 */
export class ObservationList {
  readonly instrument: ObservableInstrument;
  readonly values: number[];
  readonly attributes: Attributes[];

  /** With the first observation, which as a rule is the only one where there are thousands of instruments. */
  constructor(instrument: ObservableInstrument, value: number, attributes: Attributes) {
    this.instrument = instrument;
    this.values = [value];
    this.attributes = [attributes];
  }
}

const NONE: readonly never[] = [];

/** One call of a callback. What it observes when that is over is nobody's. */
export class ObservationRound {
  readonly #instruments: ReadonlySet<ObservableInstrument>;
  readonly #lists: ObservationList[] = [];
  /** Of callbacks of several instruments. */
  #byInstrument: Map<ObservableInstrument, ObservationList> | undefined;
  #latest: ObservationList | undefined;
  #isOver = false;

  constructor(instruments: ReadonlySet<ObservableInstrument>) {
    this.#instruments = instruments;
  }

  readonly observe = (instrument: unknown, value: number, attributes: unknown): void => {
    if (this.#isOver || !(instrument instanceof ObservableInstrument) || !this.#instruments.has(instrument)) return;
    const accepted = instrument.acceptance.accept(value);
    if (accepted === undefined) return;
    const copied = toAttributes(entriesOf(attributes));
    const list = this.#listOf(instrument);
    if (list === undefined) {
      this.#begin(new ObservationList(instrument, accepted, copied));
    } else {
      this.#latest = list;
      list.values.push(accepted);
      list.attributes.push(copied);
    }
  };

  end(): Observations {
    this.#isOver = true;
    return { lists: this.#lists, errors: NONE };
  }

  fail(error: unknown): Observations {
    this.#isOver = true;
    return failed(error);
  }

  #listOf(instrument: ObservableInstrument): ObservationList | undefined {
    return this.#latest?.instrument === instrument ? this.#latest : this.#byInstrument?.get(instrument);
  }

  #begin(list: ObservationList): void {
    this.#latest = list;
    this.#lists.push(list);
    if (this.#instruments.size > 1) (this.#byInstrument ??= new Map()).set(list.instrument, list);
  }
}

/** What a call has observed that failed. */
export function failed(error: unknown): Observations {
  return { lists: NONE, errors: [error] };
}
