import type { DataPointType } from '@opentelemetry/sdk-metrics';
import type { BoundSeries, BoundSeriesOptions } from './bound-series.ts';

/**
 * The running state of all series of one stream, a row each: what every aggregation does, and all that a stream knows
 * of it.
 *
 * There is one state for all readers. Cumulative readers look at it. A reader with delta temporality has a slot, a small
 * number; for each slot the aggregation keeps what that reader has been given of every row, so that taking a delta for
 * one reader is nothing that another one could notice. `settle` comes before anything is read, and tells the slots
 * what has happened since the last time: recording itself writes in one place however many readers there are.
 *
 * @typeParam Point the value of a data point, as sdk-metrics has it
 */
export interface Aggregation<Point = unknown> {
  readonly dataPointType: DataPointType;
  /** Whether its sums only grow; `undefined` where data points carry no such statement. */
  readonly isMonotonic: boolean | undefined;
  /** Makes a row empty: that of a new series, or one that an earlier series has left. */
  open(row: number): void;
  /** Takes a measurement, which is finite. The hot side: it allocates nothing. */
  record(row: number, value: number): void;
  /** The bound form of the series of a row. */
  bind(options: BoundSeriesOptions): BoundSeries;
  /**
   * Takes notice of what has been recorded since the last call, for each slot.
   *
   * @returns how many measurements that were
   */
  settle(row: number): number;
  /** The value since the series began. What it returns is the caller's to keep. */
  cumulative(row: number): Point;
  /** Whether the slot has something of this row to take. Call `settle` before. */
  isPending(row: number, slot: number): boolean;
  /** The value since the slot last took it, which it now has. What it returns is the caller's to keep. */
  takeDelta(row: number, slot: number): Point;
  /** Gives a taken value back, because it was not delivered: it is part of the next one that the slot takes. */
  returnDelta(row: number, slot: number, point: Point): void;
}
