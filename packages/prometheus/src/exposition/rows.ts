import type { SeriesMetric } from '@flowmeter/engine';
import type { TimeSlices } from './time-slices.ts';

/** Rows between two looks at the clock: few to begin with, since one may take a tenth of a microsecond or a hundred of them. */
const [FEWEST, MOST] = [2, 256];

/** Milliseconds between two looks, if the number of rows allows: a small part of a slice. */
const [SHORT_MS, LONG_MS] = [0.05, 0.2];

/** Calls back for each row of a metric that shows a series, and lets others run in between. */
export async function forEachRow(
  metric: SeriesMetric,
  slices: TimeSlices,
  visit: (row: number) => void,
): Promise<void> {
  await forEachRange(metric, slices, (from, to) => {
    for (let row = from; row < to; row += 1) if (metric.isShown(row)) visit(row);
  });
}

/** Calls back for ranges of rows, from one to before another, that are small enough to be gone through at once. */
export async function forEachRange(
  { rowCount }: SeriesMetric,
  slices: TimeSlices,
  visit: (from: number, to: number) => void,
): Promise<void> {
  let atOnce = FEWEST;
  for (let from = 0; from < rowCount;) {
    const to = Math.min(from + atOnce, rowCount);
    visit(from, to);
    from = to;
    const tookMs = slices.look();
    if (tookMs < SHORT_MS) atOnce = Math.min(2 * atOnce, MOST);
    else if (tookMs > LONG_MS) atOnce = Math.max(FEWEST, atOnce >> 1);
    if (slices.isOver) await slices.next();
  }
}
