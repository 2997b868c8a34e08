import type { Attributes, Meter } from '@opentelemetry/api';
import { areStrings, toStrings, type ConstantAttributes } from './attribute-values.ts';
import type { InstrumentDefinition, InstrumentKind } from './definition.ts';
import { describeError, describeValue } from './described.ts';
import type { AttachableInstrument } from './meter-attachment.ts';
import { meterUnit } from './meter-unit.ts';
import { toNative, type NativeInstrument } from './native-instrument.ts';
import { warn } from './warn.ts';
import type { Tally } from './tally.ts';

type Write = (value: number, attributes?: Attributes) => void;

/** An instrument on a meter. */
interface Created {
  readonly write: Write;
  readonly native: NativeInstrument | undefined;
}

/** Where measurements go for which the meter would not create an instrument. */
const discard: Write = () => {};

/** What each kind of instrument takes: the smallest value, and the words for it in a report. */
const ACCEPTED: Readonly<Record<InstrumentKind, { readonly minimum: number; readonly words: string }>> = {
  counter: { minimum: 0, words: 'a counter takes a finite number of 0 or more' },
  upDownCounter: { minimum: -Number.MAX_VALUE, words: 'an up-down counter takes a finite number' },
  gauge: { minimum: -Number.MAX_VALUE, words: 'a gauge takes a finite number' },
  histogram: { minimum: 0, words: 'a histogram takes a finite number of 0 or more' },
};

/**
 * The path of every measurement of one instrument: checks the value, completes the attributes, and writes to the
 * meter's instrument, or while there is none, asks whether there is one now. Never throws.
 */
export class Recording implements AttachableInstrument {
  readonly definition: InstrumentDefinition;
  /** Counts what is recorded, where the set reads its own numbers back. */
  readonly tally: Tally | undefined;
  /**
   * The meter's instrument, where it can bind and take values by position. `undefined` while there is no meter, and for good
   * where measurements have to pass through here to be counted.
   */
  native: NativeInstrument | undefined;
  /** Carried by every measurement. */
  readonly constants: ConstantAttributes | undefined;
  readonly #minimum: number;
  readonly #attach: () => boolean;
  readonly #pending: Write;
  readonly #reported = new Set<string>();
  #write: Write;

  /**
   * @param constants carried by every measurement; a measurement's own attribute of the same key wins
   * @param attach asks for a meter; true when {@link attach} has been called with one
   */
  constructor(
    definition: InstrumentDefinition,
    constants: ConstantAttributes | undefined,
    tally: Tally | undefined,
    attach: () => boolean,
  ) {
    this.definition = definition;
    this.tally = tally;
    this.constants = constants;
    this.#minimum = ACCEPTED[definition.instrument].minimum;
    this.#attach = attach;
    this.#pending = (value, attributes) => {
      if (attach()) this.#write(value, attributes);
    };
    this.#write = this.#pending;
  }

  record(value: number, attributes?: Attributes): void {
    // Without a meter there is nobody to complete the attributes for.
    this.recordCompleted(
      value,
      this.#write === this.#pending && !this.#attach() ? undefined : this.complete(attributes),
    );
  }

  /** Records with attributes that {@link complete} or {@link resolve} has returned. */
  recordCompleted(value: number, completed: Attributes | undefined): void {
    if (typeof value !== 'number' || !(value >= this.#minimum && value <= Number.MAX_VALUE)) {
      // The meter's instrument counts what it drops, if it is one of ours.
      if (this.native === undefined) this.#reportValue(value);
      else this.#write(value, completed);
      return;
    }
    try {
      this.tally?.add(value);
      this.#write(value, completed);
    } catch (error) {
      this.#report('error', `dropped a measurement: ${describeError(error)}`);
    }
  }

  /** The attributes as the meter gets them: strings, with the set's constant ones. May be the object it was given. */
  complete(attributes: Attributes | undefined): Attributes | undefined {
    if (attributes === undefined) return this.#withoutAttributes();
    try {
      if (areStrings(attributes)) {
        return this.constants === undefined ? attributes : { ...this.constants, ...attributes };
      }
    } catch {
      // They cannot be read: `resolve` finds that out as well, and reports it.
    }
    return this.resolve(attributes);
  }

  /** As {@link complete}, in an object of its own: what becomes of the given one afterwards changes nothing. */
  resolve(attributes: Attributes | undefined): Attributes | undefined {
    if (attributes === undefined) return this.#withoutAttributes();
    try {
      return { ...this.constants, ...this.#convert(attributes) };
    } catch (error) {
      this.#report('attribute', `left out attributes that cannot be read: ${describeError(error)}`);
      return this.constants;
    }
  }

  attach(meter: Meter): void {
    try {
      const { write, native } = createOn(meter, this.definition);
      this.#write = write;
      this.native = this.tally === undefined ? native : undefined;
    } catch (error) {
      this.#write = discard;
      this.#report('error', `drops all measurements, since the meter did not create it: ${describeError(error)}`);
    }
  }

  detach(): void {
    this.#write = this.#pending;
    this.native = undefined;
  }

  #withoutAttributes(): Attributes | undefined {
    for (const key in this.definition.attributes) {
      if (this.constants?.[key] === undefined) this.#report('attribute', `attribute ${key} is missing`);
    }
    return this.constants;
  }

  #convert(attributes: unknown): Attributes {
    if (typeof attributes !== 'object' || attributes === null) {
      this.#report('attribute', `left out attributes that are ${describeValue(attributes)}, not an object`);
    }
    return toStrings(attributes, ({ key, value, outcome }) => {
      // That is how an attribute that may be left out is left out.
      if (value === undefined && this.definition.attributes[key] === undefined) return;
      this.#report('attribute', `attribute ${key} is ${describeValue(value)}, not a string, and was ${outcome}`);
    });
  }

  #reportValue(value: unknown): void {
    this.#report('value', `dropped ${describeValue(value)}; ${ACCEPTED[this.definition.instrument].words}`);
  }

  /**
   * One report for each cause: a hot loop that goes wrong must not fill the log as well. None before there is a meter:
   * nothing is recorded then, and mostly no logger is there yet that could take it.
   */
  #report(cause: 'value' | 'attribute' | 'error', message: string): void {
    if (this.#write === this.#pending || this.#reported.has(cause)) return;
    this.#reported.add(cause);
    warn(`${this.definition.name}: ${message} (reported once)`);
  }
}

function createOn(meter: Meter, definition: InstrumentDefinition): Created {
  const { name, unit, description, boundaries } = definition;
  const options = { unit: meterUnit(name, unit), description };
  switch (definition.instrument) {
    case 'counter': {
      const counter = meter.createCounter(name, options);
      return { write: (value, attributes) => counter.add(value, attributes), native: toNative(counter) };
    }
    case 'upDownCounter': {
      const counter = meter.createUpDownCounter(name, options);
      return { write: (value, attributes) => counter.add(value, attributes), native: toNative(counter) };
    }
    case 'gauge': {
      const gauge = meter.createGauge(name, options);
      return { write: (value, attributes) => gauge.record(value, attributes), native: toNative(gauge) };
    }
    case 'histogram': {
      const advice = boundaries === undefined ? {} : { advice: { explicitBucketBoundaries: [...boundaries] } };
      const histogram = meter.createHistogram(name, { ...options, ...advice });
      return { write: (value, attributes) => histogram.record(value, attributes), native: toNative(histogram) };
    }
  }
}
