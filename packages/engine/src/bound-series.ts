import type { Attributes, Context } from '@opentelemetry/api';
import type { Acceptance } from './acceptance.ts';
import { NO_ROW, type Entries } from './attribute-node.ts';
import type { AnyBoundInstrument } from './bound-instrument.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import type { SeriesHolder } from './series-holders.ts';
import type { Stream } from './stream.ts';

/** What a bound series is made with. */
export interface BoundSeriesOptions {
  readonly stream: Stream;
  readonly attributes: Attributes | undefined;
  /** The attributes that the series has. */
  readonly entries: Entries;
  readonly row: number;
  readonly acceptance: Acceptance;
  readonly sampler: ExemplarSampler;
}

/**
 * A series held by code. Subclasses know where its cells are and write there; what is unusual (a value that is not
 * taken, a series that was removed) comes here, and takes its time. Aggregations without cells need no subclass.
 */
export class BoundSeries implements AnyBoundInstrument, SeriesHolder {
  protected readonly stream: Stream;
  protected readonly acceptance: Acceptance;
  protected row: number;
  /** As they were bound, those that a view leaves out included. */
  readonly #attributes: Attributes | undefined;
  readonly #entries: Entries;
  readonly #sampler: ExemplarSampler;

  constructor({ stream, attributes, entries, row, acceptance, sampler }: BoundSeriesOptions) {
    this.stream = stream;
    this.acceptance = acceptance;
    this.row = row;
    this.#attributes = attributes;
    this.#entries = entries;
    this.#sampler = sampler;
  }

  /** Goes to the cells of a row; `NO_ROW` is nowhere, from where every measurement has to go through {@link measure}. */
  protected place(_row: number): void {}

  moveTo(row: number): void {
    this.row = row;
    this.place(row);
  }

  add(value: number, context?: Context): void {
    this.measure(value, context);
  }

  record(value: number, context?: Context): void {
    this.measure(value, context);
  }

  enabled(): boolean {
    return true;
  }

  remove(): void {
    if (!this.stream.isOverflowRow(this.row)) this.stream.remove(this.#entries);
  }

  /** Records a measurement that may be unusual in any way. */
  protected measure(value: number, context: Context | undefined): void {
    const accepted = this.acceptance.accept(value);
    if (accepted === undefined) return;
    if (this.row === NO_ROW) this.#resolve();
    this.stream.aggregation.record(this.row, accepted);
    this.sample(accepted, context);
  }

  /** Offers a measurement that was recorded as an exemplar. */
  protected sample(value: number, context: Context | undefined): void {
    this.#sampler.offer(this.stream, this.row, value, this.#attributes, context);
  }

  /** The series was removed, and a measurement begins it anew: as a holder that is still known, this one is moved there. */
  #resolve(): void {
    const row = this.stream.rowOf(this.#entries);
    if (this.row === row) return;
    if (!this.stream.isOverflowRow(row)) this.stream.holders.add(row, this);
    this.moveTo(row);
  }
}
