import type { SeriesMetric } from '@flowmeter/engine';
import type { TimeSlices } from './time-slices.ts';

/** Rows between two looks at the clock. */
const ROWS_AT_ONCE = 64;

/** Calls back for each row of a metric that shows a series, and lets others run in between. */
export async function forEachRow(
  metric: SeriesMetric,
  slices: TimeSlices,
  visit: (row: number) => void,
): Promise<void> {
  for (let from = 0; from < metric.rowCount; from += ROWS_AT_ONCE) {
    const to = Math.min(from + ROWS_AT_ONCE, metric.rowCount);
    for (let row = from; row < to; row += 1) if (metric.isShown(row)) visit(row);
    if (slices.isOver()) await slices.next();
  }
}

/** As {@link forEachRow}, and settles the rows before: for the first time that they are read in a collection. */
export async function settleEachRow(
  metric: SeriesMetric,
  slices: TimeSlices,
  visit: (row: number) => void,
): Promise<void> {
  for (let from = 0; from < metric.rowCount; from += ROWS_AT_ONCE) {
    const to = Math.min(from + ROWS_AT_ONCE, metric.rowCount);
    metric.settle(from, to);
    for (let row = from; row < to; row += 1) if (metric.isShown(row)) visit(row);
    if (slices.isOver()) await slices.next();
  }
}
