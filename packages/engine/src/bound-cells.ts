import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import type { Rows } from './rows.ts';

/** A series held by code, with its cells at hand: what is left to a subclass is the write. */
export class BoundCells extends BoundSeries {
  protected cells: Float64Array;
  /** Where in the array the cells begin; negative for nowhere. */
  protected at: number;
  readonly #rows: Rows;

  constructor(options: BoundSeriesOptions, rows: Rows) {
    super(options);
    this.#rows = rows;
    this.cells = rows.cells(options.row);
    this.at = rows.offset(options.row);
  }

  protected override place(row: number): void {
    if (row >= 0) this.cells = this.#rows.cells(row);
    this.at = row < 0 ? row : this.#rows.offset(row);
  }
}
