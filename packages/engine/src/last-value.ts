import { DataPointType } from '@opentelemetry/sdk-metrics';
import type { Aggregation } from './aggregation.ts';
import { RECORDED, rowsOf, settleRecorded } from './recorded.ts';
import { Rows } from './rows.ts';

/** The cell after {@link RECORDED}: the last value. */
export const VALUE = 1;

const WIDTH = 2;

/** Of a slot there is nothing to know but whether it has the last value. */
const SLOT_WIDTH = 1;

/** Keeps the last value. A slot takes it if anything was recorded since it last did, though it be the same value. */
export class LastValueAggregation implements Aggregation<number> {
  readonly dataPointType = DataPointType.GAUGE;
  readonly isMonotonic = undefined;
  /** The last values. Bound instruments write here as well. */
  readonly rows = new Rows(WIDTH);
  readonly #slots: readonly Rows[];

  constructor(slots: number) {
    this.#slots = Array.from({ length: slots }, () => new Rows(SLOT_WIDTH));
  }

  open(row: number): void {
    this.rows.open(row);
    for (const slot of this.#slots) slot.open(row);
  }

  record(row: number, value: number): void {
    const cells = this.rows.cells(row);
    const at = this.rows.offset(row);
    cells[at + RECORDED] = (cells[at + RECORDED] as number) + 1;
    cells[at + VALUE] = value;
  }

  settle(row: number): number {
    return settleRecorded(row, this.rows, this.#slots);
  }

  cumulative(row: number): number {
    return this.rows.get(row, VALUE);
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
