import type { Context } from '@opentelemetry/api';
import { BoundSeries, NOWHERE, type BoundSeriesOptions } from './bound-series.ts';
import { hasContextManager } from './exemplar-filter.ts';
import { RECORDED } from './recorded.ts';
import { SUM, type SumAggregation } from './sum.ts';

/** A bound counter or up-down counter: two cells to write, and nothing else where nothing is unusual. */
export class BoundSum extends BoundSeries {
  readonly #sum: SumAggregation;
  readonly #minimum: number;
  readonly #truncates: boolean;
  #cells: Float64Array;
  #at: number;

  constructor(options: BoundSeriesOptions, sum: SumAggregation) {
    super(options);
    this.#sum = sum;
    this.#minimum = this.acceptance.minimum;
    this.#truncates = this.acceptance.truncates;
    this.#cells = sum.rows.cells(options.row);
    this.#at = sum.rows.offset(options.row);
  }

  override add(value: number, context?: Context): void {
    const at = this.#at;
    // The comparisons leave out NaN and infinities as well, and their order puts the cheapest first.
    if (
      typeof value !== 'number' ||
      !(value >= this.#minimum && value <= Number.MAX_VALUE) ||
      at === NOWHERE ||
      context !== undefined ||
      hasContextManager() ||
      (this.#truncates && !Number.isInteger(value))
    ) {
      this.measure(value, context);
      return;
    }
    const cells = this.#cells;
    cells[at + RECORDED] = (cells[at + RECORDED] as number) + 1;
    cells[at + SUM] = (cells[at + SUM] as number) + value;
  }

  protected override place(row: number): void {
    if (row !== NOWHERE) this.#cells = this.#sum.rows.cells(row);
    this.#at = row === NOWHERE ? NOWHERE : this.#sum.rows.offset(row);
  }
}
