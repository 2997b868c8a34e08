import { DataPointType } from './sdk-enumerations.ts';
import type { Context } from '@opentelemetry/api';
import type { Aggregation } from './aggregation.ts';
import { BoundCells } from './bound-cells.ts';
import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import { hasContextManager } from './exemplar-filter.ts';
import { RECORDED, rowsOf, settleRecorded } from './recorded.ts';
import { Rows } from './rows.ts';

/** The cell after `RECORDED`: the last value; NaN before the first. */
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
    this.#rows.set(row, VALUE, NaN);
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

  returnDelta(row: number, slot: number, point: number): void {
    // A row without a value of its own stands for a series that is no more: then this was its last one.
    if (Number.isNaN(this.#rows.get(row, VALUE))) this.#rows.set(row, VALUE, point);
    rowsOf(this.#slots, slot).set(row, RECORDED, 1);
  }
}

// An import is looked up with each call, a constant of the file is not: that is a fifth of what a bound call costs.
const isTracing = hasContextManager;

/** A bound gauge: two cells to write. */
class BoundLastValue extends BoundCells {
  override record(value: number, context?: Context): void {
    const { cells } = this;
    if (
      cells === undefined ||
      typeof value !== 'number' ||
      !(value >= -Number.MAX_VALUE && value <= Number.MAX_VALUE)
    ) {
      this.measure(value, context);
      return;
    }
    cells[0] = (cells[0] as number) + 1;
    cells[VALUE] = value;
    if (context !== undefined || isTracing()) this.sample(value, context);
  }
}
