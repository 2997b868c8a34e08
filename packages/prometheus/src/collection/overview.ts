import { DataPointType, type SeriesCollection, type SeriesMetric } from '@flowmeter/engine';
import { forEachRow } from '../exposition/rows.ts';
import { TimeSlices } from '../exposition/time-slices.ts';
import { attributeText } from '../labels/attribute-value.ts';
import type { InstrumentOverview } from '../server/scrape-source.ts';
import { settledMetrics } from './settled-metrics.ts';

/** What there is, for people: the metrics that have series, under their own names. */
export async function overviewOf({ metrics }: SeriesCollection): Promise<readonly InstrumentOverview[]> {
  const slices = new TimeSlices();
  const overview: InstrumentOverview[] = [];
  for (const metric of await settledMetrics(metrics, slices)) {
    const { name, unit, description } = metric.descriptor;
    let series = 0;
    await forEachRow(metric, slices, () => {
      series += 1;
    });
    overview.push({
      name: attributeText(name),
      type: typeOf(metric),
      unit: attributeText(unit),
      help: attributeText(description),
      scope: attributeText(metric.scope.name),
      series,
    });
  }
  return overview;
}

function typeOf(metric: SeriesMetric): string {
  switch (metric.dataPointType) {
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'up-down counter';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return 'exponential histogram';
  }
}
