import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import type { Rows } from './rows.ts';

/** A series held by code, with its cells at hand: what is left to a subclass is the write. */
export class BoundCells extends BoundSeries {
  /** The row's cells and no others; `undefined` where the series has ended. */
  protected cells: Float64Array | undefined;
  readonly #rows: Rows;

  constructor(options: BoundSeriesOptions, rows: Rows) {
    super(options);
    this.#rows = rows;
    this.cells = rows.view(options.row);
  }

  protected override place(row: number): void {
    this.cells = row < 0 ? undefined : this.#rows.view(row);
  }
}
