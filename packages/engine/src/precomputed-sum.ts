import { DataPointType } from './sdk-enumerations.ts';
import type { Aggregation } from './aggregation.ts';
import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import { RECORDED, rowsOf, settleRecorded } from './recorded.ts';
import { Rows } from './rows.ts';

/** The cell after {@link RECORDED}: the total as last observed; in the rows of a slot, the total it knows. */
const TOTAL = 1;
const WIDTH = 2;

/** In the rows of a slot: what it has given back, apart from what it knows, which tells whether a total has begun anew. */
const OWED = 2;
const SLOT_WIDTH = 3;

/**
 * Keeps totals that callbacks have added up themselves. What a slot takes is the difference to the total that it knows;
 * where a total that can only grow has become smaller, whatever counts it has begun anew, and all of it is news.
 */
export class PrecomputedSumAggregation implements Aggregation<number> {
  readonly dataPointType = DataPointType.SUM;
  readonly isMonotonic: boolean;
  readonly #rows = new Rows(WIDTH);
  readonly #slots: readonly Rows[];

  constructor(isMonotonic: boolean, slots: number) {
    this.isMonotonic = isMonotonic;
    this.#slots = Array.from({ length: slots }, () => new Rows(SLOT_WIDTH));
  }

  open(row: number): void {
    this.#rows.open(row);
    for (const slot of this.#slots) slot.open(row);
  }

  record(row: number, value: number): void {
    this.#rows.set(row, RECORDED, this.#rows.get(row, RECORDED) + 1);
    this.#rows.set(row, TOTAL, value);
  }

  bind(options: BoundSeriesOptions): BoundSeries {
    return new BoundSeries(options);
  }

  settle(row: number): number {
    return settleRecorded(row, this.#rows, this.#slots);
  }

  cumulative(row: number): number {
    return this.#rows.get(row, TOTAL);
  }

  isPending(row: number, slot: number): boolean {
    return rowsOf(this.#slots, slot).get(row, RECORDED) !== 0;
  }

  takeDelta(row: number, slot: number): number {
    const known = rowsOf(this.#slots, slot);
    const total = this.cumulative(row);
    const before = this.isMonotonic && total < known.get(row, TOTAL) ? 0 : known.get(row, TOTAL);
    const delta = total - before + known.get(row, OWED);
    known.set(row, TOTAL, total);
    known.set(row, OWED, 0);
    known.set(row, RECORDED, 0);
    return delta;
  }

  returnDelta(row: number, slot: number, point: number): void {
    const known = rowsOf(this.#slots, slot);
    known.set(row, OWED, known.get(row, OWED) + point);
    known.set(row, RECORDED, 1);
  }
}
