import { DataPointType, type HistogramSeries, type SeriesMetric, type SeriesRows } from '@flowmeter/engine';
import { FIRST_BUCKET } from './histogram-cells.ts';
import { addExponentials } from './merged-exponential.ts';

/** A series: a row of a metric. */
export interface SeriesAt<Metric extends SeriesMetric = SeriesMetric> {
  readonly metric: Metric;
  readonly row: number;
}

/**
 * Several series of one family whose labels have come to be the same, as one: sums and histograms add up, as they would
 * have if the attributes had been the same; where one is a gauge the last one stands. Where the boundaries of histograms
 * differ, those stay that all have.
 *
 * @returns a metric whose only row is 0, to be read before anything is awaited; `undefined` for histograms that cannot be
 *   added up, since only some are exponential
 */
export function mergeSeries(series: readonly [SeriesAt, ...SeriesAt[]]): SeriesMetric | undefined {
  const [{ metric }] = series;
  switch (metric.dataPointType) {
    case DataPointType.GAUGE:
    case DataPointType.SUM: {
      const { dataPointType, isMonotonic } = metric;
      const areSums = series.every((each) => isOfType(each, DataPointType.SUM));
      const values = series.map((each) => numberOf(each));
      const valueOf = (): number => (areSums ? values.reduce((sum, value) => sum + value, 0) : (values.at(-1) ?? NaN));
      return { ...onlyRow(series), dataPointType, isMonotonic, valueOf };
    }
    case DataPointType.HISTOGRAM: {
      const { dataPointType } = metric;
      const histograms = series.filter((each) => isOfType(each, DataPointType.HISTOGRAM));
      if (histograms.length < series.length) return undefined;
      const boundaries = commonBoundaries(histograms.map((each) => each.metric));
      const hasSum = histograms.every((each) => each.metric.hasSum);
      const copy = (_: number, into: Float64Array): void => addUp(histograms, boundaries, into);
      return { ...onlyRow(series), dataPointType, boundaries, hasSum, copy };
    }
    case DataPointType.EXPONENTIAL_HISTOGRAM: {
      const { dataPointType } = metric;
      const histograms = series.filter((each) => isOfType(each, DataPointType.EXPONENTIAL_HISTOGRAM));
      if (histograms.length < series.length) return undefined;
      const point = addExponentials(histograms.map((each) => each.metric.pointOf(each.row)));
      return { ...onlyRow(series), dataPointType, pointOf: () => point };
    }
  }
}

function onlyRow(series: readonly [SeriesAt, ...SeriesAt[]]): SeriesRows {
  const [{ metric, row }] = series;
  const { scope, descriptor, identity } = metric;
  return {
    scope,
    descriptor,
    identity,
    areDistinct: true,
    rowCount: 1,
    settle() {
      // Its parts have been.
    },
    isShown: () => true,
    generationOf: () => 0,
    attributesOf: () => metric.attributesOf(row),
    startTimeOf: () =>
      series.reduce((earliest, each) => Math.min(earliest, each.metric.startTimeOf(each.row)), Infinity),
    exemplarsOf: () => series.flatMap((each) => each.metric.exemplarsOf(each.row) ?? []),
  };
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
