import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { DataPointType, ExponentialHistogram, MetricDescriptor } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from './exemplar.ts';

/**
 * What a collection has found, for readers of cumulative values that write series straight into their output: no data
 * points are made. Everything in it is read as it is at the moment of reading, until the next collection.
 */
export interface SeriesCollection {
  readonly resource: Resource;
  readonly metrics: readonly SeriesMetric[];
  /** What callbacks have thrown, or took too long for. The rest is whole. */
  readonly errors: readonly unknown[];
}

/** The series of one metric, each a row. */
export type SeriesMetric = NumberSeries | HistogramSeries | ExponentialHistogramSeries;

/**
 * What all have. To read: `settle` some rows, and then of each that `isShown` whatever is needed, before anything is
 * awaited. So the numbers of one series belong together, and a reader with many of them can let others run in between.
 */
export interface SeriesRows {
  readonly scope: InstrumentationScope;
  readonly descriptor: MetricDescriptor;
  /** The same object in every collection: what a reader remembers of series can hang on it. */
  readonly identity: object;
  /** Whether no two rows have the same attributes. */
  readonly areDistinct: boolean;
  /** Rows have numbers below this. */
  readonly rowCount: number;
  /** Takes notice of what was recorded in the rows from one to before another. All rows have their turn, in order. */
  settle(from: number, to: number): void;
  /** Whether there is a series in this row. */
  isShown(row: number): boolean;
  /** Changes when another series takes the row. */
  generationOf(row: number): number;
  /** The engine's own: not to be written to. */
  attributesOf(row: number): Attributes;
  /** In epoch milliseconds. */
  startTimeOf(row: number): number;
  /** By place, the buckets of a histogram in their order; `undefined` if none was taken. */
  exemplarsOf(row: number): readonly Exemplar[] | undefined;
}

interface NumberRows<Type extends DataPointType> extends SeriesRows {
  readonly dataPointType: Type;
  /** Whether it is a sum that only grows. */
  readonly isMonotonic: boolean;
  valueOf(row: number): number;
}

export type NumberSeries = NumberRows<DataPointType.SUM> | NumberRows<DataPointType.GAUGE>;

export interface HistogramSeries extends SeriesRows {
  readonly dataPointType: DataPointType.HISTOGRAM;
  /** Upper bounds of all buckets but the last, each in its bucket. */
  readonly boundaries: ArrayLike<number>;
  /** Whether there is a sum: not for instruments that take negative values. */
  readonly hasSum: boolean;
  /** Writes sum, smallest and largest value, and then the count of each bucket; the array has room for all of them. */
  copy(row: number, into: Float64Array): void;
}

export interface ExponentialHistogramSeries extends SeriesRows {
  readonly dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM;
  pointOf(row: number): ExponentialHistogram;
}
