import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import { DataPointType } from './sdk-enumerations.ts';
import type { Aggregation } from './aggregation.ts';
import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import { ExponentialBuckets } from './exponential-buckets.ts';
import { bucketIndex, MAX_SCALE } from './exponential-mapping.ts';

/** What an exponential histogram is made with. */
export interface ExponentialHistogramOptions {
  /** How many buckets each range may have, the positive and the negative one. At least 2. */
  readonly maxSize: number;
  readonly recordMinMax: boolean;
  /** Whether points have a sum: not for instruments that take negative values. */
  readonly recordsSum: boolean;
  readonly slots: number;
}

/**
 * Counts in buckets that are as narrow as `maxSize` of them can be over all that has been recorded.
 *
 * A delta is not had by subtraction here: what runs on is as coarse as all values since its beginning require, and a
 * delta is to be no coarser than those of its own time. So measurements go to a histogram of their own, which settling
 * adds to the cumulative one and to that of each slot, and empties. Without slots they go to the cumulative one.
 */
export class ExponentialHistogramAggregation implements Aggregation<ExponentialHistogram> {
  readonly dataPointType = DataPointType.EXPONENTIAL_HISTOGRAM;
  readonly isMonotonic = undefined;
  readonly #options: ExponentialHistogramOptions;
  /** By row. A series that is bound and never recorded into costs nothing here. */
  readonly #series: (Series | undefined)[] = [];

  constructor(options: ExponentialHistogramOptions) {
    this.#options = options;
  }

  open(row: number): void {
    const series = this.#series[row];
    if (series === undefined) this.#series[row] = undefined;
    else series.clear();
  }

  record(row: number, value: number): void {
    this.#seriesOf(row).recorded.record(value);
  }

  bind(options: BoundSeriesOptions): BoundSeries {
    return new BoundSeries(options);
  }

  settle(row: number): number {
    return this.#series[row]?.settle() ?? 0;
  }

  cumulative(row: number): ExponentialHistogram {
    return this.#point(this.#seriesOf(row).cumulative);
  }

  isPending(row: number, slot: number): boolean {
    return this.#series[row] !== undefined && this.#seriesOf(row).pendingOf(slot).count > 0;
  }

  takeDelta(row: number, slot: number): ExponentialHistogram {
    const pending = this.#seriesOf(row).pendingOf(slot);
    const point = this.#point(pending);
    pending.clear();
    return point;
  }

  returnDelta(row: number, slot: number, point: ExponentialHistogram): void {
    this.#seriesOf(row).pendingOf(slot).merge(point);
  }

  #seriesOf(row: number): Series {
    return (this.#series[row] ??= new Series(this.#options));
  }

  #point(histogram: LiveHistogram): ExponentialHistogram {
    const { recordMinMax, recordsSum } = this.#options;
    const hasMinMax = recordMinMax && histogram.count > 0;
    // sdk-metrics declares these as missing or a number, and writes `undefined` for missing.
    return {
      min: hasMinMax ? histogram.min : undefined,
      max: hasMinMax ? histogram.max : undefined,
      sum: recordsSum ? histogram.sum : undefined,
      positive: histogram.positive.toPoint(),
      negative: histogram.negative.toPoint(),
      count: histogram.count,
      scale: histogram.scale,
      zeroCount: histogram.zeroCount,
    } as ExponentialHistogram;
  }
}

/** The histograms of one row. */
class Series {
  /** Of what has come since the last settling; the cumulative one itself where there are no slots. */
  readonly recorded: LiveHistogram;
  readonly cumulative: LiveHistogram;
  /** By slot, what it has not taken yet. */
  readonly #pending: readonly LiveHistogram[];
  /** How much of `recorded` is settled. */
  #settled = 0;

  constructor({ maxSize, slots }: ExponentialHistogramOptions) {
    this.recorded = new LiveHistogram(maxSize);
    this.cumulative = slots === 0 ? this.recorded : new LiveHistogram(maxSize);
    this.#pending = Array.from({ length: slots }, () => new LiveHistogram(maxSize));
  }

  pendingOf(slot: number): LiveHistogram {
    const pending = this.#pending[slot];
    if (pending === undefined) throw new RangeError(`slot is ${slot}; allowed is 0 to ${this.#pending.length - 1}`);
    return pending;
  }

  settle(): number {
    const settling = this.recorded.count - this.#settled;
    if (settling > 0 && this.recorded !== this.cumulative) {
      for (const histogram of [this.cumulative, ...this.#pending]) histogram.merge(this.recorded);
      this.recorded.clear();
    }
    this.#settled = this.recorded.count;
    return settling;
  }

  clear(): void {
    for (const histogram of [this.recorded, this.cumulative, ...this.#pending]) histogram.clear();
    this.#settled = 0;
  }
}

/** A histogram that is recorded into: a point that changes, and whose counts may have zeros after them. */
class LiveHistogram implements ExponentialHistogram {
  count = 0;
  zeroCount = 0;
  sum = 0;
  min = Infinity;
  max = -Infinity;
  readonly positive: ExponentialBuckets;
  /** By magnitude. */
  readonly negative: ExponentialBuckets;
  #scale = MAX_SCALE;

  constructor(maxSize: number) {
    this.positive = new ExponentialBuckets(maxSize);
    this.negative = new ExponentialBuckets(maxSize);
  }

  /** One for both ranges; 0 while no bucket has one. */
  get scale(): number {
    return this.count === this.zeroCount ? 0 : this.#scale;
  }

  record(value: number): void {
    this.count += 1;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (value === 0) {
      this.zeroCount += 1;
      return;
    }
    this.sum += value;
    const magnitude = Math.abs(value);
    const buckets = value > 0 ? this.positive : this.negative;
    let index = bucketIndex(magnitude, this.#scale);
    // Twice only where a logarithm, above scale 0, has put the value beside a boundary that is exact at scale 0.
    while (!buckets.add(index, 1)) {
      this.#downscale(buckets.excess(index));
      index = bucketIndex(magnitude, this.#scale);
    }
  }

  /** Adds what another histogram, or a data point, has counted. */
  merge(other: ExponentialHistogram): void {
    this.count += other.count;
    this.zeroCount += other.zeroCount;
    this.sum += other.sum ?? 0;
    this.min = Math.min(this.min, other.min ?? Infinity);
    this.max = Math.max(this.max, other.max ?? -Infinity);
    this.#mergeBuckets(this.positive, other.positive, other.scale);
    this.#mergeBuckets(this.negative, other.negative, other.scale);
  }

  /** Back to no measurement, in the memory it has. */
  clear(): void {
    this.count = 0;
    this.zeroCount = 0;
    this.sum = 0;
    this.min = Infinity;
    this.max = -Infinity;
    this.#scale = MAX_SCALE;
    this.positive.clear();
    this.negative.clear();
  }

  #mergeBuckets(into: ExponentialBuckets, { offset, bucketCounts }: ExponentialHistogram['positive'], scale: number) {
    for (let position = 0; position < bucketCounts.length; position += 1) {
      const count = bucketCounts[position] as number;
      // What counts nothing asks for no room, and a histogram of zeros alone for no scale.
      if (count === 0) continue;
      if (this.#scale > scale) this.#downscale(this.#scale - scale);
      let index = (offset + position) >> (scale - this.#scale);
      while (!into.add(index, count)) {
        const steps = into.excess(index);
        this.#downscale(steps);
        index >>= steps;
      }
    }
  }

  #downscale(steps: number): void {
    this.positive.downscale(steps);
    this.negative.downscale(steps);
    this.#scale -= steps;
  }
}
