import type { Attributes, Context, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import { isUsual, type Acceptance } from './acceptance.ts';
import { NO_ROW, type Entries } from './attribute-node.ts';
import { entriesOf, toAttributes } from './attribute-set.ts';
import { BoundFanOut } from './bound-fan-out.ts';
import { BoundSeries } from './bound-series.ts';
import { BoundUnresolved } from './bound-unresolved.ts';
import type { AnyBoundInstrument, BoundCounter, BoundRecorder } from './bound-instrument.ts';
import { hasContextManager } from './exemplar-filter.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { createPositional, type PositionalCall } from './positional.ts';
import { describeError } from './described.ts';
import type { Stream } from './stream.ts';

/** What instruments of this engine do beyond the API's. */
export interface EngineInstrument<Bound, AttributesTypes extends Attributes = Attributes> {
  /**
   * Resolves attributes once: view, series and cardinality limit (specification 1.57, API and SDK, "Bind"). What becomes of
   * the object afterwards changes nothing. A bound instrument holds its series against the view's time to live. Where a
   * view's processor throws, nothing is resolved yet: each measurement tries again, and is dropped and counted if it must.
   */
  bind(attributes?: AttributesTypes): Bound;
  /**
   * Makes a function that takes the values of these attributes in this order, then the value to record: what a call with
   * all attributes by name does, without an object for them.
   */
  positional(...keys: string[]): PositionalCall;
  /**
   * Whether recording has any effect: false where every view of the instrument drops it, or its name is not valid
   * (specification, API, "Enabled"). Costs nothing; ask before measuring what is expensive to measure.
   */
  enabled(): boolean;
  /** Ends the series of an attribute set: it disappears from the outputs. Recording again begins it anew. */
  remove(attributes?: AttributesTypes): void;
}

/** A counter of this engine. */
export type EngineCounter<AttributesTypes extends Attributes = Attributes> = Counter<AttributesTypes> &
  EngineInstrument<BoundCounter, AttributesTypes>;
/** An up-down counter of this engine. */
export type EngineUpDownCounter<AttributesTypes extends Attributes = Attributes> = UpDownCounter<AttributesTypes> &
  EngineInstrument<BoundCounter, AttributesTypes>;
/** A gauge of this engine. */
export type EngineGauge<AttributesTypes extends Attributes = Attributes> = Gauge<AttributesTypes> &
  EngineInstrument<BoundRecorder, AttributesTypes>;
/** A histogram of this engine. */
export type EngineHistogram<AttributesTypes extends Attributes = Attributes> = Histogram<AttributesTypes> &
  EngineInstrument<BoundRecorder, AttributesTypes>;

/**
 * A counter, up-down counter, gauge or histogram. They differ in which of `add` and `record` code calls, in the values
 * they take, and in what their streams make of them.
 */
export class SynchronousInstrument implements EngineCounter, EngineUpDownCounter, EngineGauge, EngineHistogram {
  readonly #acceptance: Acceptance;
  readonly #takesNegative: boolean;
  readonly #truncates: boolean;
  readonly #streams: readonly Stream[];
  /** The one stream, where attributes lead to its series by a walk and nothing more. */
  readonly #only: Stream | undefined;
  readonly #sampler: ExemplarSampler;
  readonly #takesAll: boolean;

  constructor(acceptance: Acceptance, streams: readonly Stream[], sampler: ExemplarSampler) {
    this.#acceptance = acceptance;
    this.#takesNegative = acceptance.takesNegative;
    this.#truncates = acceptance.truncates;
    this.#streams = streams;
    this.#sampler = sampler;
    const [only, second] = streams;
    this.#only = second === undefined && only?.processing.process === undefined ? only : undefined;
    this.#takesAll = sampler.takesAll;
  }

  add(value: number, attributes?: Attributes, context?: Context): void {
    this.record(value, attributes, context);
  }

  record(value: number, attributes?: Attributes, context?: Context): void {
    const only = this.#only;
    if (only !== undefined && isUsual(value, this.#takesNegative, this.#truncates)) {
      const row = rowOfWalk(only, attributes);
      if (row !== NO_ROW) {
        only.aggregation.record(row, value);
        if (this.#takesAll || context !== undefined || hasContextManager()) {
          this.#sampler.offer(only, row, value, attributes, context);
        }
        return;
      }
    }
    this.#measure(value, attributes, context);
  }

  bind(attributes?: Attributes): AnyBoundInstrument {
    const all = entriesOf(attributes);
    const bounds = this.#streams.map((stream) => {
      try {
        return this.#bindTo(stream, attributes, all);
      } catch {
        // A view's processor. There is no measurement yet that could be dropped.
        return new BoundUnresolved(this.#acceptance, () => this.#bindTo(stream, toAttributes(all), all));
      }
    });
    const [only, second] = bounds;
    return only !== undefined && second === undefined ? only : new BoundFanOut(this.#acceptance, bounds);
  }

  positional(...keys: string[]): PositionalCall {
    const [only = (): void => {}, ...others] = this.#streams.map((stream) =>
      createPositional(keys, stream, this.#acceptance, this.#sampler, (value, attributes) =>
        this.#measureIn(stream, value, attributes, undefined),
      ),
    );
    if (others.length === 0 && this.#only !== undefined) return only;
    return (...measurement) => {
      // Here, so that a measurement that is dropped is counted once.
      const accepted = this.#accept(measurement[keys.length]);
      if (accepted === undefined) return;
      measurement[keys.length] = accepted;
      only(...measurement);
      for (const call of others) call(...measurement);
    };
  }

  enabled(): boolean {
    return this.#streams.length > 0;
  }

  remove(attributes?: Attributes): void {
    for (const stream of this.#streams) {
      try {
        stream.remove(stream.entriesFor(attributes, undefined));
      } catch {
        // A view's processor that fails has let no measurement of these attributes through either.
      }
    }
  }

  /** Records a measurement that may be unusual in any way. */
  #measure(value: unknown, attributes: Attributes | undefined, context: Context | undefined): void {
    const accepted = this.#accept(value);
    if (accepted === undefined) return;
    for (const stream of this.#streams) {
      const row = stream.processing.process === undefined ? rowOfWalk(stream, attributes) : NO_ROW;
      if (row === NO_ROW) this.#measureIn(stream, accepted, attributes, context);
      else {
        stream.aggregation.record(row, accepted);
        this.#sampler.offer(stream, row, accepted, attributes, context);
      }
    }
  }

  /** The value to record. Where nothing is recorded, nothing is dropped either. */
  #accept(value: unknown): number | undefined {
    return this.#streams.length === 0 ? undefined : this.#acceptance.accept(value);
  }

  /** Records a value in a stream, in a series that may have to be made. */
  #measureIn(stream: Stream, value: unknown, attributes: Attributes | undefined, context: Context | undefined): void {
    const accepted = this.#acceptance.accept(value);
    if (accepted === undefined) return;
    try {
      const row = stream.rowOf(stream.entriesFor(attributes, context));
      stream.aggregation.record(row, accepted);
      this.#sampler.offer(stream, row, accepted, attributes, context);
    } catch (error) {
      this.#acceptance.dropUnprocessed(describeError(error));
    }
  }

  /** @param all the attributes as they were when they were bound */
  #bindTo(stream: Stream, attributes: Attributes | undefined, all: Entries): AnyBoundInstrument {
    const entries = stream.entriesFor(attributes, undefined);
    const row = stream.rowOf(entries);
    const options = {
      stream,
      attributes: all.length === 0 ? undefined : toAttributes(all),
      entries,
      row,
      acceptance: this.#acceptance,
      sampler: this.#sampler,
    };
    const bound = this.#sampler.takesAll ? new BoundSeries(options) : stream.aggregation.bind(options);
    if (!stream.isOverflowRow(row)) stream.holders.add(row, bound);
    return bound;
  }
}

function rowOfWalk(stream: Stream, attributes: Attributes | undefined): number {
  if (attributes === undefined) return stream.index.emptyRow;
  try {
    return stream.index.walk(attributes, stream.processing.filter);
  } catch {
    // An attribute that throws when it is read.
    return NO_ROW;
  }
}
