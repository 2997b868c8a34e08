import { DataPointType, type ExponentialHistogramSeries, type HistogramSeries } from '@flowmeter/engine';
import { FIRST_BUCKET } from '../../collection/histogram-cells.ts';
import { toBytes, type Bytes, type EncodedLabels } from '../../labels/encoded-labels.ts';
import { classicBucketsOf } from '../classic-buckets.ts';
import type { Family } from '../family.ts';
import type { Output } from '../output.ts';
import { writeNumber } from '../write-number.ts';
import { SampleLine } from './sample-line.ts';

/** How a format ends the line of a bucket, where an exemplar may stand: `bounds` are the upper ones of all but the last. */
export type EndBucket = (bucket: number, bounds: ArrayLike<number>) => void;

/**
 * The lines of the histograms of one family: cumulative buckets in ascending order with `+Inf` at the end, sum and count.
 */
export class HistogramLines {
  readonly #output: Output;
  readonly #family: object;
  readonly #writeBoundary: (boundary: number) => string;
  readonly #bucket: SampleLine;
  readonly #sum: SampleLine;
  readonly #count: SampleLine;
  /** By the upper bound: the label `le` and what follows it. */
  readonly #bounds = new Map<number, Bytes>();
  #of: HistogramSeries | undefined;
  /** Those of the metric that is being written. */
  #ends: readonly Bytes[] = [];
  #cells = new Float64Array(0);

  constructor(output: Output, { sample: name, identity }: Family, writeBoundary: (boundary: number) => string) {
    this.#output = output;
    this.#family = identity;
    this.#writeBoundary = writeBoundary;
    this.#bucket = new SampleLine(`${name}_bucket`);
    this.#sum = new SampleLine(`${name}_sum`);
    this.#count = new SampleLine(`${name}_count`);
  }

  /**
   * @param endBucket ends the line of a bucket
   * @param isOpenMetrics whether there is no sum where there are buckets below 0, and a count only where there is a sum
   * (OpenMetrics 1.0, "Histogram")
   */
  write(
    metric: HistogramSeries | ExponentialHistogramSeries,
    row: number,
    labels: EncodedLabels,
    endBucket: EndBucket,
    isOpenMetrics: boolean,
  ): void {
    if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
      const point = metric.pointOf(row);
      const { bounds, counts } = classicBucketsOf(point, this.#family);
      for (const [bucket, bound] of bounds.entries()) {
        this.#line(labels, this.#endOf(bound), counts[bucket] ?? 0);
        endBucket(bucket, bounds);
      }
      this.#line(labels, this.#endOf(Infinity), point.count);
      endBucket(bounds.length, bounds);
      const hasSum = !isOpenMetrics || !hasNegative(bounds);
      this.#totals(labels, hasSum ? point.sum : undefined, point.count, isOpenMetrics);
      return;
    }
    if (this.#of !== metric) this.#turnTo(metric);
    const cells = this.#cells;
    metric.copy(row, cells);
    const buckets = this.#ends.length;
    let count = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      count += cells[FIRST_BUCKET + bucket] as number;
      this.#line(labels, this.#ends[bucket] as Bytes, count);
      endBucket(bucket, metric.boundaries);
    }
    const hasSum = metric.hasSum && (!isOpenMetrics || !hasNegative(metric.boundaries));
    this.#totals(labels, hasSum ? cells[0] : undefined, count, isOpenMetrics);
  }

  #turnTo(metric: HistogramSeries): void {
    this.#of = metric;
    this.#ends = [...Array.from(metric.boundaries), Infinity].map((bound) => this.#endOf(bound));
    this.#cells = new Float64Array(FIRST_BUCKET + this.#ends.length);
  }

  #line(labels: EncodedLabels, end: Bytes, count: number): void {
    this.#bucket.beginWith(this.#output, labels, end);
    writeNumber(this.#output, count);
  }

  #totals(labels: EncodedLabels, sum: number | undefined, count: number, isOpenMetrics: boolean): void {
    if (sum !== undefined) this.#total(this.#sum, labels, sum);
    if (sum !== undefined || !isOpenMetrics) this.#total(this.#count, labels, count);
  }

  #total(line: SampleLine, labels: EncodedLabels, value: number): void {
    line.begin(this.#output, labels);
    writeNumber(this.#output, value);
    this.#output.bytes[this.#output.at] = NEWLINE;
    this.#output.at += 1;
  }

  #endOf(bound: number): Bytes {
    let end = this.#bounds.get(bound);
    if (end === undefined) {
      const text = bound === Infinity ? '+Inf' : this.#writeBoundary(bound);
      this.#bounds.set(bound, (end = toBytes(`le="${text}"} `)));
    }
    return end;
  }
}

function hasNegative(bounds: ArrayLike<number>): boolean {
  return (bounds[0] ?? 0) < 0;
}

const NEWLINE = 0x0a;
