import type { SeriesMetric } from '@flowmeter/engine';
import { forEachRange } from '../exposition/rows.ts';
import type { TimeSlices } from '../exposition/time-slices.ts';

/** Settles the rows of all metrics, and keeps the metrics that show a series: others have no claim to a name. */
export async function settledMetrics(
  metrics: readonly SeriesMetric[],
  slices: TimeSlices,
): Promise<readonly SeriesMetric[]> {
  const shown: SeriesMetric[] = [];
  for (const metric of metrics) {
    let isEmpty = true;
    await forEachRange(metric, slices, (from, to) => {
      metric.settle(from, to);
      for (let row = from; isEmpty && row < to; row += 1) isEmpty = !metric.isShown(row);
    });
    if (!isEmpty) shown.push(metric);
  }
  return shown;
}
