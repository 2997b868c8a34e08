import { DataPointType } from '@opentelemetry/sdk-metrics';
import type { Context } from '@opentelemetry/api';
import type { Aggregation } from './aggregation.ts';
import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import { hasContextManager } from './exemplar-filter.ts';
import { RECORDED, rowsOf, settleRecorded } from './recorded.ts';
import { Rows } from './rows.ts';

/** The cell after `RECORDED`: the last value. */
const VALUE = 1;

const WIDTH = 2;

/** Of a slot there is nothing to know but whether it has the last value. */
const SLOT_WIDTH = 1;

/** Keeps the last value. A slot takes it if anything was recorded since it last did, though it be the same value. */
export class LastValueAggregation implements Aggregation<number> {
  readonly dataPointType = DataPointType.GAUGE;
  readonly isMonotonic = undefined;
  readonly #rows = new Rows(WIDTH);
  readonly #slots: readonly Rows[];

  constructor(slots: number) {
    this.#slots = Array.from({ length: slots }, () => new Rows(SLOT_WIDTH));
  }

  open(row: number): void {
    this.#rows.open(row);
    for (const slot of this.#slots) slot.open(row);
  }

  record(row: number, value: number): void {
    const cells = this.#rows.cells(row);
    const at = this.#rows.offset(row);
    cells[at] = (cells[at] as number) + 1;
    cells[at + VALUE] = value;
  }

  bind(options: BoundSeriesOptions): BoundSeries {
    const { takesNegative, truncates } = options.acceptance;
    const isUsual = takesNegative && !truncates;
    return isUsual ? new BoundLastValue(options, this.#rows) : new BoundSeries(options);
  }

  settle(row: number): number {
    return settleRecorded(row, this.#rows, this.#slots);
  }

  cumulative(row: number): number {
    return this.#rows.get(row, VALUE);
  }

  isPending(row: number, slot: number): boolean {
    return rowsOf(this.#slots, slot).get(row, RECORDED) !== 0;
  }

  takeDelta(row: number, slot: number): number {
    rowsOf(this.#slots, slot).set(row, RECORDED, 0);
    return this.cumulative(row);
  }

  returnDelta(row: number, slot: number): void {
    rowsOf(this.#slots, slot).set(row, RECORDED, 1);
  }
}

/** A bound gauge: two cells to write. */
class BoundLastValue extends BoundSeries {
  readonly #rows: Rows;
  #cells: Float64Array;
  /** Where the cells begin; negative for nowhere. */
  #at: number;

  constructor(options: BoundSeriesOptions, rows: Rows) {
    super(options);
    this.#rows = rows;
    this.#cells = rows.cells(options.row);
    this.#at = rows.offset(options.row);
  }

  override record(value: number, context?: Context): void {
    const at = this.#at;
    if (at < 0 || typeof value !== 'number' || !(value >= -Number.MAX_VALUE && value <= Number.MAX_VALUE)) {
      this.measure(value, context);
      return;
    }
    const cells = this.#cells;
    cells[at] = (cells[at] as number) + 1;
    cells[at + VALUE] = value;
    if (context !== undefined || hasContextManager()) this.sample(value, context);
  }

  protected override place(row: number): void {
    if (row >= 0) this.#cells = this.#rows.cells(row);
    this.#at = row < 0 ? row : this.#rows.offset(row);
  }
}
