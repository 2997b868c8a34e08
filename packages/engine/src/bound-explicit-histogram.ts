import type { Context } from '@opentelemetry/api';
import { BoundSeries, NOWHERE, type BoundSeriesOptions } from './bound-series.ts';
import { hasContextManager } from './exemplar-filter.ts';
import { recordInto, type ExplicitHistogramAggregation } from './explicit-histogram.ts';

/** A bound histogram with explicit buckets: the search for the bucket is most of what it costs. */
export class BoundExplicitHistogram extends BoundSeries {
  readonly #histogram: ExplicitHistogramAggregation;
  readonly #boundaries: Float64Array;
  readonly #truncates: boolean;
  #cells: Float64Array;
  #at: number;

  constructor(options: BoundSeriesOptions, histogram: ExplicitHistogramAggregation) {
    super(options);
    this.#histogram = histogram;
    this.#boundaries = histogram.boundaries;
    this.#truncates = this.acceptance.truncates;
    this.#cells = histogram.rows.cells(options.row);
    this.#at = histogram.rows.offset(options.row);
  }

  override record(value: number, context?: Context): void {
    if (
      typeof value !== 'number' ||
      !(value >= 0 && value <= Number.MAX_VALUE) ||
      this.#at === NOWHERE ||
      context !== undefined ||
      hasContextManager() ||
      (this.#truncates && !Number.isInteger(value))
    ) {
      this.measure(value, context);
      return;
    }
    recordInto(this.#cells, this.#at, this.#boundaries, value);
  }

  protected override place(row: number): void {
    if (row !== NOWHERE) this.#cells = this.#histogram.rows.cells(row);
    this.#at = row === NOWHERE ? NOWHERE : this.#histogram.rows.offset(row);
  }
}
