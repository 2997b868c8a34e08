import { MeterProvider as EngineMeterProvider } from '@flowmeter/engine';
import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api';
import {
  DataPointType,
  MeterProvider as SdkMeterProvider,
  MetricReader,
  type MetricData,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';

/** What a series has come to: a number, or a histogram's distribution. */
export type SeriesValue = number | Distribution;

export interface Distribution {
  readonly count: number;
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly boundaries: readonly number[];
  readonly counts: readonly number[];
}

export interface Series {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: SeriesValue;
}

/** One metric family as an SDK has collected it. */
export interface Family {
  readonly scope: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly description: string;
  readonly series: readonly Series[];
}

/** The SDK under a test: where sets are created, and what has become of their measurements. */
export interface Collected {
  readonly meterProvider: ApiMeterProvider;
  /** All families by name. Throws when a name comes twice: that would be one metric family in two halves. */
  families(): Promise<ReadonlyMap<string, Family>>;
  /** The series of one family; none if it was never recorded. */
  series(name: string): Promise<readonly Series[]>;
  /** The value of a family that has exactly one series. */
  value(name: string): Promise<SeriesValue>;
}

/** What the tests run on: our engine, or with `FLOWMETER_ENGINE=sdk` sdk-metrics' own. */
const MeterProvider = process.env['FLOWMETER_ENGINE'] === 'sdk' ? SdkMeterProvider : EngineMeterProvider;

/** Starts it with a reader that collects when asked. */
export function collectSeries(views: ViewOptions[] = []): Collected {
  const reader = new ManualReader();
  const families = async (): Promise<ReadonlyMap<string, Family>> => {
    const { resourceMetrics, errors } = await reader.collect();
    if (errors.length > 0) throw new AggregateError(errors, 'the SDK could not collect');
    const byName = new Map<string, Family>();
    for (const { scope, metrics } of resourceMetrics.scopeMetrics) {
      for (const metric of metrics) {
        const { name } = metric.descriptor;
        if (byName.has(name)) throw new Error(`${name} was collected twice`);
        byName.set(name, familyOf(scope.name, metric));
      }
    }
    return byName;
  };
  const series = async (name: string): Promise<readonly Series[]> => (await families()).get(name)?.series ?? [];
  const value = async (name: string): Promise<SeriesValue> => {
    const [only, ...others] = await series(name);
    if (only === undefined || others.length > 0) throw new Error(`${name} has not exactly one series`);
    return only.value;
  };
  return { meterProvider: new MeterProvider({ readers: [reader], views }), families, series, value };
}

class ManualReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

function familyOf(scope: string, metric: MetricData): Family {
  const { unit, description } = metric.descriptor;
  return { scope, type: typeOf(metric), unit, description, series: seriesOf(metric) };
}

function typeOf(metric: MetricData): Family['type'] {
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? 'counter' : 'gauge';
  if (metric.dataPointType === DataPointType.GAUGE) return 'gauge';
  if (metric.dataPointType === DataPointType.HISTOGRAM) return 'histogram';
  throw new Error(`${metric.descriptor.name} is of a type that no set has`);
}

function seriesOf(metric: MetricData): readonly Series[] {
  if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) return [];
  if (metric.dataPointType !== DataPointType.HISTOGRAM) {
    return metric.dataPoints.map(({ attributes, value }) => ({ attributes: { ...attributes }, value }));
  }
  return metric.dataPoints.map(({ attributes, value: { count, sum, min, max, buckets } }) => ({
    attributes: { ...attributes },
    value: { count, sum, min, max, ...buckets },
  }));
}
