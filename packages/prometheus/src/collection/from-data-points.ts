import {
  hrTimeToMilliseconds,
  AggregationTemporality,
  DataPointType,
  type DataPointWithExemplars,
  type SeriesCollection,
  type SeriesMetric,
  type SeriesRows,
} from '@flowmeter/engine';
import type { CollectionResult, DataPoint, Histogram, MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { FIRST_BUCKET } from './histogram-cells.ts';
import { wholePoints, withPoints } from './whole-points.ts';

/**
 * What any meter provider has collected, as series: each data point is a row. Deltas are left out, since nothing here knows what
 * came before them (specification, compatibility, "Sums" and "Histograms"), and so are points that are not whole.
 *
 * @param warn is told what is left out; the caller says each only once
 */
export function fromDataPoints(
  { resourceMetrics, errors }: CollectionResult,
  warn: (message: string) => void = () => {},
): SeriesCollection {
  const metrics = resourceMetrics.scopeMetrics.flatMap(({ scope, metrics: ofScope }) =>
    ofScope.flatMap((data) => {
      const exposed = exposable(data, warn);
      return exposed.dataPoints.length === 0 ? [] : toSeriesMetrics(scope, exposed);
    }),
  );
  return { resource: resourceMetrics.resource, metrics, errors };
}

function exposable(data: MetricData, warn: (message: string) => void): MetricData {
  const { descriptor, dataPoints } = data;
  if (data.dataPointType !== DataPointType.GAUGE && !isCumulative(data)) {
    if (dataPoints.length > 0) warn(`${descriptor.name} is not exposed: its values are deltas`);
    return withPoints(data, []);
  }
  const whole = wholePoints(data);
  if (whole !== data) warn(`${descriptor.name} has points that are not exposed: their counts or bounds make no sense`);
  return whole;
}

function isCumulative(data: MetricData): boolean {
  return data.aggregationTemporality === AggregationTemporality.CUMULATIVE;
}

function toSeriesMetrics(scope: ScopeMetrics['scope'], data: MetricData): SeriesMetric[] {
  switch (data.dataPointType) {
    case DataPointType.GAUGE:
    case DataPointType.SUM: {
      const { dataPoints, dataPointType } = data;
      const isMonotonic = dataPointType === DataPointType.SUM && data.isMonotonic;
      const valueOf = (row: number): number => dataPoints[row]?.value ?? NaN;
      return [{ ...rowsOf(scope, data, dataPoints), dataPointType, isMonotonic, valueOf }];
    }
    case DataPointType.HISTOGRAM:
      return [...byBoundaries(data.dataPoints).values()].map((points) => toHistogramSeries(scope, data, points));
    case DataPointType.EXPONENTIAL_HISTOGRAM: {
      const { dataPoints, dataPointType } = data;
      const pointOf = (row: number): (typeof dataPoints)[number]['value'] => at(dataPoints, row).value;
      return [{ ...rowsOf(scope, data, dataPoints), dataPointType, pointOf }];
    }
    default:
      // A type of data that is newer than this.
      return [];
  }
}

function toHistogramSeries(
  scope: ScopeMetrics['scope'],
  data: MetricData,
  points: readonly DataPoint<Histogram>[],
): SeriesMetric {
  return {
    ...rowsOf(scope, data, points),
    dataPointType: DataPointType.HISTOGRAM,
    boundaries: points[0]?.value.buckets.boundaries ?? [],
    hasSum: points[0]?.value.sum !== undefined,
    copy(row, into) {
      const { sum, min, max, buckets } = at(points, row).value;
      into[0] = sum ?? NaN;
      into[1] = min ?? Infinity;
      into[2] = max ?? -Infinity;
      into.set(buckets.counts, FIRST_BUCKET);
    },
  };
}

/** The points of a histogram, apart where their buckets are others. */
function byBoundaries(points: readonly DataPoint<Histogram>[]): Map<string, DataPoint<Histogram>[]> {
  const groups = new Map<string, DataPoint<Histogram>[]>();
  for (const point of points) {
    const key = `${point.value.buckets.boundaries.join()}${point.value.sum === undefined ? '' : '+'}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [point]);
    else group.push(point);
  }
  return groups;
}

function rowsOf(
  scope: ScopeMetrics['scope'],
  data: MetricData,
  points: readonly DataPointWithExemplars<unknown>[],
): SeriesRows {
  return {
    scope,
    descriptor: data.descriptor,
    // Points are made anew for every collection: there is nothing to remember of them.
    identity: points,
    // A provider's are, but others may make points as well.
    areDistinct: false,
    rowCount: points.length,
    settle() {
      // What has been collected does not change any more.
    },
    isShown: () => true,
    generationOf: () => 0,
    attributesOf: (row) => at(points, row).attributes,
    startTimeOf: (row) => hrTimeToMilliseconds(at(points, row).startTime),
    exemplarsOf: (row) => at(points, row).exemplars,
  };
}

function at<Point>(points: readonly Point[], row: number): Point {
  const point = points[row];
  if (point === undefined) throw new RangeError(`row is ${row}; allowed is 0 to ${points.length - 1}`);
  return point;
}
