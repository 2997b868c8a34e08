import type { Attributes, Context, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import { isUsual, type Acceptance } from './acceptance.ts';
import { NO_ROW } from './attribute-node.ts';
import { entriesOf, toAttributes } from './attribute-set.ts';
import { BoundFanOut } from './bound-fan-out.ts';
import { BoundSeries } from './bound-series.ts';
import type { AnyBoundInstrument, BoundCounter, BoundRecorder } from './bound-instrument.ts';
import { hasContextManager } from './exemplar-filter.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { createPositional, type Measure, type PositionalCall } from './positional.ts';
import { describeError } from './described.ts';
import type { Stream } from './stream.ts';

/** What instruments of this engine do beyond the API's. */
export interface EngineInstrument<Bound> {
  /**
   * Resolves attributes once: view, series and cardinality limit (specification 1.57, API and SDK, "Bind"). What becomes of
   * the object afterwards changes nothing. A bound instrument holds its series against the view's time to live.
   */
  bind(attributes?: Attributes): Bound;
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
  remove(attributes?: Attributes): void;
}

/** A counter of this engine. */
export type EngineCounter = Counter & EngineInstrument<BoundCounter>;
/** An up-down counter of this engine. */
export type EngineUpDownCounter = UpDownCounter & EngineInstrument<BoundCounter>;
/** A gauge of this engine. */
export type EngineGauge = Gauge & EngineInstrument<BoundRecorder>;
/** A histogram of this engine. */
export type EngineHistogram = Histogram & EngineInstrument<BoundRecorder>;

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
    const bounds: AnyBoundInstrument[] = [];
    for (const stream of this.#streams) {
      try {
        bounds.push(this.#bindTo(stream, attributes));
      } catch (error) {
        this.#acceptance.drop('attributes_processor', `what is bound here: ${describeError(error)}`);
      }
    }
    const [only, second] = bounds;
    return only !== undefined && second === undefined ? only : new BoundFanOut(this.#acceptance, bounds);
  }

  positional(...keys: string[]): PositionalCall {
    const measure: Measure = (value, attributes) => this.#measure(value, attributes, undefined);
    return createPositional(keys, this.#only, this.#acceptance, this.#sampler, measure);
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
    const accepted = this.#acceptance.accept(value);
    if (accepted === undefined) return;
    for (const stream of this.#streams) {
      try {
        const row = stream.rowOf(stream.entriesFor(attributes, context));
        stream.aggregation.record(row, accepted);
        this.#sampler.offer(stream, row, accepted, attributes, context);
      } catch (error) {
        this.#acceptance.drop('attributes_processor', `a measurement: ${describeError(error)}`);
      }
    }
  }

  #bindTo(stream: Stream, attributes: Attributes | undefined): AnyBoundInstrument {
    const all = entriesOf(attributes);
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
