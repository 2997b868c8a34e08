/** A request laid flat: one entry a data point, with all that its metric, scope and resource say about it. */
import type {
  AnyValue,
  Exemplar,
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  KeyValue,
  Metric,
  MetricsData,
  NumberDataPoint,
} from './otlp-data.ts';

/** Whether points say what was added since the start of the process or since the last push. */
export type Temporality = 'unspecified' | 'delta' | 'cumulative';

/** A measurement that a series was made of, and the span that was active then. */
export interface SeriesExemplar {
  value: number;
  timeUnixNano: bigint;
  /** In hexadecimal digits. */
  traceId: string;
  spanId: string;
  /** Those that the series does not have. */
  attributes: Record<string, string>;
}

interface SeriesIdentity {
  name: string;
  unit: string;
  description: string;
  /** The name of the instrumentation scope. */
  scope: string;
  attributes: Record<string, string>;
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
  /** Missing where there are none. */
  exemplars?: SeriesExemplar[];
}

/** A point of a sum. */
export interface SumSeries extends SeriesIdentity {
  kind: 'sum';
  monotonic: boolean;
  temporality: Temporality;
  value: number;
}

/** A point of a gauge. */
export interface GaugeSeries extends SeriesIdentity {
  kind: 'gauge';
  value: number;
}

interface Distribution extends SeriesIdentity {
  temporality: Temporality;
  count: number;
  sum: number | undefined;
  min: number | undefined;
  max: number | undefined;
}

/** A point of a histogram; `bucketCounts` are not cumulative and have one entry more than `boundaries`. */
export interface HistogramSeries extends Distribution {
  kind: 'histogram';
  boundaries: number[];
  bucketCounts: number[];
}

/** A point of an exponential histogram. */
export interface ExponentialHistogramSeries extends Distribution {
  kind: 'exponentialHistogram';
  scale: number;
  zeroCount: number;
  positive: { offset: number; bucketCounts: number[] };
  negative: { offset: number; bucketCounts: number[] };
}

/** One data point of a request. */
export type Series = SumSeries | GaugeSeries | HistogramSeries | ExponentialHistogramSeries;

/** Lays a decoded request flat, in the order in which it was sent; numbers are exact up to 2^53. */
export function flattenSeries(data: MetricsData): Series[] {
  return (data.resourceMetrics ?? []).flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ scope, metrics = [] }) =>
      metrics.flatMap((metric) => seriesOfMetric(metric, scope?.name ?? '')),
    ),
  );
}

/** Attributes as text: strings as they are, everything else as JSON has it. */
export function attributesOf(attributes: readonly KeyValue[] = []): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const plain = plainValue(value);
      return [key, typeof plain === 'string' ? plain : JSON.stringify(plain)];
    }),
  );
}

function seriesOfMetric(metric: Metric, scope: string): Series[] {
  const { sum, gauge, histogram, exponentialHistogram } = metric;
  if (sum) {
    const monotonic = sum.isMonotonic ?? false;
    const temporality = temporalityOf(sum.aggregationTemporality);
    return (sum.dataPoints ?? []).map((point) => ({
      kind: 'sum',
      ...identityOf(metric, scope, point),
      monotonic,
      temporality,
      value: numberOf(point),
    }));
  }
  if (gauge) {
    return (gauge.dataPoints ?? []).map((point) => ({
      kind: 'gauge',
      ...identityOf(metric, scope, point),
      value: numberOf(point),
    }));
  }
  if (histogram) {
    const temporality = temporalityOf(histogram.aggregationTemporality);
    return (histogram.dataPoints ?? []).map((point) => ({
      kind: 'histogram',
      ...distributionOf(metric, scope, point, temporality),
      boundaries: point.explicitBounds ?? [],
      bucketCounts: (point.bucketCounts ?? []).map(Number),
    }));
  }
  if (exponentialHistogram) {
    const temporality = temporalityOf(exponentialHistogram.aggregationTemporality);
    return (exponentialHistogram.dataPoints ?? []).map((point) => ({
      kind: 'exponentialHistogram',
      ...distributionOf(metric, scope, point, temporality),
      scale: point.scale ?? 0,
      zeroCount: Number(point.zeroCount ?? 0),
      positive: bucketsOf(point.positive),
      negative: bucketsOf(point.negative),
    }));
  }
  return [];
}

function identityOf(
  metric: Metric,
  scope: string,
  point: NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint,
): SeriesIdentity {
  return {
    name: metric.name,
    unit: metric.unit ?? '',
    description: metric.description ?? '',
    scope,
    attributes: attributesOf(point.attributes),
    startTimeUnixNano: BigInt(point.startTimeUnixNano ?? 0),
    timeUnixNano: BigInt(point.timeUnixNano ?? 0),
    ...(point.exemplars !== undefined && { exemplars: point.exemplars.map(seriesExemplar) }),
  };
}

function seriesExemplar(exemplar: Exemplar): SeriesExemplar {
  const { filteredAttributes, timeUnixNano = 0, traceId = '', spanId = '' } = exemplar;
  const attributes = attributesOf(filteredAttributes);
  return { value: numberOf(exemplar), timeUnixNano: BigInt(timeUnixNano), traceId, spanId, attributes };
}

function distributionOf(
  metric: Metric,
  scope: string,
  point: HistogramDataPoint | ExponentialHistogramDataPoint,
  temporality: Temporality,
): Distribution {
  const { count, sum, min, max } = point;
  return { ...identityOf(metric, scope, point), temporality, count: Number(count ?? 0), sum, min, max };
}

function bucketsOf(buckets: ExponentialHistogramDataPoint['positive']): { offset: number; bucketCounts: number[] } {
  return { offset: buckets?.offset ?? 0, bucketCounts: (buckets?.bucketCounts ?? []).map(Number) };
}

function numberOf(point: NumberDataPoint | Exemplar): number {
  return point.asDouble ?? Number(point.asInt ?? 0);
}

function temporalityOf(code: number | undefined): Temporality {
  if (code === 1) return 'delta';
  if (code === 2) return 'cumulative';
  return 'unspecified';
}

function plainValue(value: AnyValue | undefined): unknown {
  if (value === undefined) return '';
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue) {
    return Object.fromEntries((value.kvlistValue.values ?? []).map((entry) => [entry.key, plainValue(entry.value)]));
  }
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? '';
}
