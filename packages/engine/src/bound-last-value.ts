import type { Context } from '@opentelemetry/api';
import { BoundSeries, NOWHERE, type BoundSeriesOptions } from './bound-series.ts';
import { hasContextManager } from './exemplar-filter.ts';
import { VALUE, type LastValueAggregation } from './last-value.ts';
import { RECORDED } from './recorded.ts';

/** A bound gauge: two cells to write. */
export class BoundLastValue extends BoundSeries {
  readonly #lastValue: LastValueAggregation;
  readonly #truncates: boolean;
  #cells: Float64Array;
  #at: number;

  constructor(options: BoundSeriesOptions, lastValue: LastValueAggregation) {
    super(options);
    this.#lastValue = lastValue;
    this.#truncates = this.acceptance.truncates;
    this.#cells = lastValue.rows.cells(options.row);
    this.#at = lastValue.rows.offset(options.row);
  }

  override record(value: number, context?: Context): void {
    const at = this.#at;
    if (
      typeof value !== 'number' ||
      !(value >= -Number.MAX_VALUE && value <= Number.MAX_VALUE) ||
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
    cells[at + VALUE] = value;
  }

  protected override place(row: number): void {
    if (row !== NOWHERE) this.#cells = this.#lastValue.rows.cells(row);
    this.#at = row === NOWHERE ? NOWHERE : this.#lastValue.rows.offset(row);
  }
}
