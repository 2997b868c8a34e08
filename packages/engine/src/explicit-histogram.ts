import type { Histogram } from '@opentelemetry/sdk-metrics';
import { DataPointType } from './sdk-enumerations.ts';
import type { Context } from '@opentelemetry/api';
import type { Aggregation } from './aggregation.ts';
import { BoundCells } from './bound-cells.ts';
import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import { hasContextManager } from './exemplar-filter.ts';
import { RECORDED, rowsOf } from './recorded.ts';
import { Rows } from './rows.ts';

/**
 * The cells of a row after `RECORDED`:
 *
 *     | recorded | sum | min | max | total min | total max | count of bucket 0 | … | count of bucket n |
 *
 * Smallest and largest value are those since the last settling, which hands them on to the total ones and to the slots:
 * unlike sums and counts they cannot be subtracted. In the rows of a slot they are those it has not been given yet, and
 * sum and counts are those it has.
 */
const SUM = 1;
const MIN = 2;
const MAX = 3;
const TOTAL_MIN = 4;
const TOTAL_MAX = 5;
const BUCKETS = 6;

/** What an explicit bucket histogram is made with. */
export interface ExplicitHistogramOptions {
  /** Finite and increasing. A value that equals one is in the bucket below it. */
  readonly boundaries: readonly number[];
  readonly recordMinMax: boolean;
  /** Whether points have a sum: not for instruments that take negative values. */
  readonly recordsSum: boolean;
  readonly slots: number;
}

/** Counts in buckets. */
export class ExplicitHistogramAggregation implements Aggregation<Histogram> {
  readonly dataPointType = DataPointType.HISTOGRAM;
  readonly isMonotonic = undefined;
  readonly boundaries: Float64Array;
  readonly #rows: Rows;
  readonly #options: ExplicitHistogramOptions;
  /** The boundaries as data points carry them, one array for all: what a consumer does to it reaches no bucket. */
  readonly #reportedBoundaries: number[];
  readonly #slots: readonly Rows[];

  constructor(options: ExplicitHistogramOptions) {
    const width = BUCKETS + options.boundaries.length + 1;
    this.#options = options;
    this.#reportedBoundaries = [...options.boundaries];
    this.boundaries = Float64Array.from(options.boundaries);
    this.#rows = new Rows(width);
    this.#slots = Array.from({ length: options.slots }, () => new Rows(width));
  }

  open(row: number): void {
    for (const rows of [this.#rows, ...this.#slots]) {
      rows.open(row);
      clearMinMax(rows, row);
    }
    this.#rows.set(row, TOTAL_MIN, Infinity);
    this.#rows.set(row, TOTAL_MAX, -Infinity);
  }

  record(row: number, value: number): void {
    recordInto(this.#rows.cells(row), this.#rows.offset(row), this.boundaries, value);
  }

  bind(options: BoundSeriesOptions): BoundSeries {
    const { takesNegative, truncates } = options.acceptance;
    const isUsual = !takesNegative && !truncates;
    return isUsual ? new BoundExplicitHistogram(options, this.#rows, this.boundaries) : new BoundSeries(options);
  }

  settle(row: number): number {
    const recorded = this.#rows.get(row, RECORDED);
    if (recorded === 0) return 0;
    const min = this.#rows.get(row, MIN);
    const max = this.#rows.get(row, MAX);
    this.#rows.set(row, TOTAL_MIN, Math.min(min, this.#rows.get(row, TOTAL_MIN)));
    this.#rows.set(row, TOTAL_MAX, Math.max(max, this.#rows.get(row, TOTAL_MAX)));
    for (const slot of this.#slots) addMinMax(slot, row, min, max);
    this.#rows.set(row, RECORDED, 0);
    clearMinMax(this.#rows, row);
    return recorded;
  }

  cumulative(row: number): Histogram {
    const counts = Array.from({ length: this.boundaries.length + 1 }, (_, bucket) =>
      this.#rows.get(row, BUCKETS + bucket),
    );
    return this.#point(
      counts,
      this.#rows.get(row, SUM),
      this.#rows.get(row, TOTAL_MIN),
      this.#rows.get(row, TOTAL_MAX),
    );
  }

  /** Writes sum, smallest and largest value and the counts of all buckets of a row that has been settled, in this order. */
  copy(row: number, into: Float64Array): void {
    const cells = this.#rows.cells(row);
    const at = this.#rows.offset(row);
    into[0] = cells[at + SUM] as number;
    into[1] = cells[at + TOTAL_MIN] as number;
    into[2] = cells[at + TOTAL_MAX] as number;
    for (let bucket = 0; bucket <= this.boundaries.length; bucket += 1) {
      into[3 + bucket] = cells[at + BUCKETS + bucket] as number;
    }
  }

  get recordsSum(): boolean {
    return this.#options.recordsSum;
  }

  isPending(row: number, slot: number): boolean {
    return rowsOf(this.#slots, slot).get(row, RECORDED) !== 0;
  }

  takeDelta(row: number, slot: number): Histogram {
    const given = rowsOf(this.#slots, slot);
    const take = (column: number): number => {
      const delta = this.#rows.get(row, column) - given.get(row, column);
      given.set(row, column, given.get(row, column) + delta);
      return delta;
    };
    const counts = Array.from({ length: this.boundaries.length + 1 }, (_, bucket) => take(BUCKETS + bucket));
    const point = this.#point(counts, take(SUM), given.get(row, MIN), given.get(row, MAX));
    given.set(row, RECORDED, 0);
    clearMinMax(given, row);
    return point;
  }

  returnDelta(row: number, slot: number, { buckets, sum = 0, min = Infinity, max = -Infinity }: Histogram): void {
    const given = rowsOf(this.#slots, slot);
    given.set(row, SUM, given.get(row, SUM) - sum);
    for (const [bucket, count] of buckets.counts.entries()) {
      given.set(row, BUCKETS + bucket, given.get(row, BUCKETS + bucket) - count);
    }
    addMinMax(given, row, min, max);
  }

  #point(counts: number[], sum: number, min: number, max: number): Histogram {
    const { recordMinMax, recordsSum } = this.#options;
    let count = 0;
    for (const inBucket of counts) count += inBucket;
    const hasMinMax = recordMinMax && count > 0;
    // sdk-metrics declares these as missing or a number, and writes `undefined` for missing.
    return {
      min: hasMinMax ? min : undefined,
      max: hasMinMax ? max : undefined,
      sum: recordsSum ? sum : undefined,
      buckets: { boundaries: this.#reportedBoundaries, counts },
      count,
    } as Histogram;
  }
}

/** The hot side of a histogram: counts a value into the row that begins at `at`. */
function recordInto(cells: Float64Array, at: number, boundaries: Float64Array, value: number): void {
  cells[at] = (cells[at] as number) + 1;
  cells[at + SUM] = (cells[at + SUM] as number) + value;
  if (value < (cells[at + MIN] as number)) cells[at + MIN] = value;
  if (value > (cells[at + MAX] as number)) cells[at + MAX] = value;
  const bucket = at + BUCKETS + bucketOf(boundaries, value);
  cells[bucket] = (cells[bucket] as number) + 1;
}

/** As many boundaries as are looked at one after the other. */
const ROW_OF_BOUNDARIES = 20;

/**
 * The bucket of a value: the number of boundaries below it. One after the other is faster than halving for as many
 * boundaries as histograms have, since a processor foresees all of the steps but the last.
 */
export function bucketOf(boundaries: Float64Array, value: number): number {
  let low = 0;
  let high = boundaries.length;
  while (high - low > ROW_OF_BOUNDARIES) {
    const middle = (low + high) >>> 1;
    if ((boundaries[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  while (low < high && (boundaries[low] as number) < value) low += 1;
  return low;
}

function clearMinMax(rows: Rows, row: number): void {
  rows.set(row, MIN, Infinity);
  rows.set(row, MAX, -Infinity);
}

/** Tells a slot the smallest and largest of what it has to take. */
function addMinMax(slot: Rows, row: number, min: number, max: number): void {
  slot.set(row, RECORDED, 1);
  slot.set(row, MIN, Math.min(min, slot.get(row, MIN)));
  slot.set(row, MAX, Math.max(max, slot.get(row, MAX)));
}

// An import is looked up with each call, a constant of the file is not: that is a fifth of what a bound call costs.
const isTracing = hasContextManager;

/** A bound histogram: the search for the bucket is most of what it costs. */
class BoundExplicitHistogram extends BoundCells {
  readonly #boundaries: Float64Array;

  constructor(options: BoundSeriesOptions, rows: Rows, boundaries: Float64Array) {
    super(options, rows);
    this.#boundaries = boundaries;
  }

  override record(value: number, context?: Context): void {
    const { cells } = this;
    if (cells === undefined || typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_VALUE)) {
      this.measure(value, context);
      return;
    }
    recordInto(cells, 0, this.#boundaries, value);
    if (context !== undefined || isTracing()) this.sample(value, context);
  }
}
