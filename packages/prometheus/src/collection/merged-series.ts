import type { HistogramSeries, SeriesMetric } from '@flowmeter/engine';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { addExponentials } from './merged-exponential.ts';

/** A series: a row of a metric. */
export interface SeriesAt<Metric extends SeriesMetric = SeriesMetric> {
  readonly metric: Metric;
  readonly row: number;
}

/**
 * Several series of one family whose labels have come to be the same, as one: sums and histograms add up, as they would
 * have if the attributes had been the same; of gauges the last one stands. Where the boundaries of histograms differ, those
 * stay that all have.
 *
 * @returns a metric whose only row is 0; `undefined` for histograms that cannot be added up, since only some are exponential
 */
export function mergeSeries(series: readonly [SeriesAt, ...SeriesAt[]]): SeriesMetric | undefined {
  const [{ metric, row }] = series;
  const rows = {
    ...metric,
    rowCount: 1,
    generationOf: () => 0,
    attributesOf: () => metric.attributesOf(row),
    startTimeOf: () =>
      series.reduce((earliest, each) => Math.min(earliest, each.metric.startTimeOf(each.row)), Infinity),
    exemplarsOf: () => series.flatMap((each) => each.metric.exemplarsOf(each.row) ?? []),
  };
  switch (metric.dataPointType) {
    case DataPointType.GAUGE:
    case DataPointType.SUM: {
      const { dataPointType, isMonotonic } = metric;
      const values = (): number[] => series.map((each) => numberOf(each));
      const valueOf = (): number =>
        dataPointType === DataPointType.SUM
          ? values().reduce((sum, value) => sum + value, 0)
          : (values().at(-1) ?? NaN);
      return { ...rows, dataPointType, isMonotonic, valueOf };
    }
    case DataPointType.HISTOGRAM: {
      const { dataPointType } = metric;
      const histograms = series.filter((each) => isOfType(each, DataPointType.HISTOGRAM));
      if (histograms.length < series.length) return undefined;
      const boundaries = commonBoundaries(histograms.map((each) => each.metric));
      const hasSum = histograms.every((each) => each.metric.hasSum);
      return { ...rows, dataPointType, boundaries, hasSum, copy: (_, into) => addUp(histograms, boundaries, into) };
    }
    case DataPointType.EXPONENTIAL_HISTOGRAM: {
      const { dataPointType } = metric;
      const histograms = series.filter((each) => isOfType(each, DataPointType.EXPONENTIAL_HISTOGRAM));
      if (histograms.length < series.length) return undefined;
      return {
        ...rows,
        dataPointType,
        pointOf: () => addExponentials(histograms.map((each) => each.metric.pointOf(each.row))),
      };
    }
  }
}

function isOfType<Type extends DataPointType>(
  series: SeriesAt,
  type: Type,
): series is SeriesAt<Extract<SeriesMetric, { readonly dataPointType: Type }>> {
  return series.metric.dataPointType === type;
}

function numberOf({ metric, row }: SeriesAt): number {
  return metric.dataPointType === DataPointType.SUM || metric.dataPointType === DataPointType.GAUGE
    ? metric.valueOf(row)
    : NaN;
}

function commonBoundaries([first, ...others]: readonly HistogramSeries[]): readonly number[] {
  const sets = others.map(({ boundaries }) => new Set(Array.from(boundaries)));
  return Array.from(first?.boundaries ?? []).filter((boundary) => sets.every((set) => set.has(boundary)));
}

/** Sum, smallest, largest and counts, each in its way: what was counted up to a boundary is so up to the next common one. */
function addUp(series: readonly SeriesAt<HistogramSeries>[], common: readonly number[], into: Float64Array): void {
  into.fill(0);
  let [sum, min, max] = [0, Infinity, -Infinity];
  for (const { metric, row } of series) {
    const { boundaries } = metric;
    const one = new Float64Array(FIRST_BUCKET + boundaries.length + 1);
    metric.copy(row, one);
    sum += one[0] as number;
    min = Math.min(min, one[1] as number);
    max = Math.max(max, one[2] as number);
    let place = 0;
    for (let bucket = 0; bucket <= boundaries.length; bucket += 1) {
      const bound = boundaries[bucket] ?? Infinity;
      while (place < common.length && (common[place] as number) < bound) place += 1;
      into[FIRST_BUCKET + place] = (into[FIRST_BUCKET + place] as number) + (one[FIRST_BUCKET + bucket] as number);
    }
  }
  into.set([sum, min, max]);
}

/** Where in what a histogram's row is copied to the buckets begin. */
const FIRST_BUCKET = 3;
