import { DataPointType } from './sdk-enumerations.ts';
import type { Context } from '@opentelemetry/api';
import type { Aggregation } from './aggregation.ts';
import { BoundCells } from './bound-cells.ts';
import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import { hasContextManager } from './exemplar-filter.ts';
import { RECORDED, rowsOf, settleRecorded } from './recorded.ts';
import { Rows } from './rows.ts';

/** The cell after `RECORDED`: the running sum; in the rows of a slot, how much of it was given. */
const SUM = 1;

const WIDTH = 2;

/**
 * Adds up. The running sum never goes back to 0: what a slot takes is the sum less what it has been given so far, and
 * what it has been given is added up as a receiver adds it up, so that rounding cannot drift apart.
 */
export class SumAggregation implements Aggregation<number> {
  readonly dataPointType = DataPointType.SUM;
  readonly isMonotonic: boolean;
  readonly #rows = new Rows(WIDTH);
  readonly #slots: readonly Rows[];

  constructor(isMonotonic: boolean, slots: number) {
    this.isMonotonic = isMonotonic;
    this.#slots = Array.from({ length: slots }, () => new Rows(WIDTH));
  }

  open(row: number): void {
    this.#rows.open(row);
    for (const slot of this.#slots) slot.open(row);
  }

  record(row: number, value: number): void {
    const cells = this.#rows.cells(row);
    const at = this.#rows.offset(row);
    cells[at] = (cells[at] as number) + 1;
    cells[at + SUM] = (cells[at + SUM] as number) + value;
  }

  bind(options: BoundSeriesOptions): BoundSeries {
    return options.acceptance.truncates ? new BoundSeries(options) : new BoundSum(options, this.#rows);
  }

  settle(row: number): number {
    return settleRecorded(row, this.#rows, this.#slots);
  }

  cumulative(row: number): number {
    return this.#rows.get(row, SUM);
  }

  isPending(row: number, slot: number): boolean {
    return rowsOf(this.#slots, slot).get(row, RECORDED) !== 0;
  }

  takeDelta(row: number, slot: number): number {
    const given = rowsOf(this.#slots, slot);
    // Sums that are beyond all numbers have no difference.
    const delta = this.cumulative(row) - given.get(row, SUM) || 0;
    given.set(row, SUM, given.get(row, SUM) + delta);
    given.set(row, RECORDED, 0);
    return delta;
  }

  returnDelta(row: number, slot: number, point: number): void {
    const given = rowsOf(this.#slots, slot);
    given.set(row, SUM, given.get(row, SUM) - point);
    given.set(row, RECORDED, 1);
  }
}

// An import is looked up with each call, a constant of the file is not: that is a fifth of what a bound call costs.
const isTracing = hasContextManager;

/** A bound counter or up-down counter: two cells to write, and nothing else where nothing is unusual. */
class BoundSum extends BoundCells {
  override add(value: number, context?: Context): void {
    const { cells } = this;
    // Two comparisons with constants let through what nearly all values are; NaN and infinities pass neither.
    if (cells === undefined || typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_VALUE)) {
      this.measure(value, context);
      return;
    }
    cells[0] = (cells[0] as number) + 1;
    cells[SUM] = (cells[SUM] as number) + value;
    if (context !== undefined || isTracing()) this.sample(value, context);
  }
}
