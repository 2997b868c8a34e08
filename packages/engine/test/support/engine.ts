import { MeterProvider, type EngineMeter, type Exemplar, type MeterProviderOptions } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type ExponentialHistogram,
  type Histogram,
  type MetricCollectOptions,
  type MetricData,
  type MetricReader,
  type MetricReaderOptions,
} from '@opentelemetry/sdk-metrics';
import { ManualReader } from './manual-reader.ts';

/** The scope of the engine's own metrics. */
const SELF_SCOPE = '@flowmeter/engine';

/** The value of a data point: a histogram in brief, without its boundaries. */
export type BriefValue = number | BriefHistogram | BriefExponentialHistogram;

interface BriefHistogram {
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly counts: readonly number[];
}

interface BriefExponentialHistogram {
  readonly sum: number | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly count: number;
  readonly scale: number;
}

/** A data point, with its times in epoch milliseconds. */
export interface TimedPoint {
  readonly attributes: Attributes;
  readonly value: BriefValue;
  readonly startMs: number;
  readonly endMs: number;
  readonly exemplars: readonly Exemplar[] | undefined;
}

/** A reader that the test collects with. Each of its methods is one collection. */
export class TestReader {
  readonly reader: MetricReader;

  constructor(reader: MetricReader) {
    this.reader = reader;
  }

  /** All metrics but the engine's own. */
  async metrics(options?: MetricCollectOptions): Promise<readonly MetricData[]> {
    const { resourceMetrics } = await this.reader.collect(options);
    return resourceMetrics.scopeMetrics
      .filter(({ scope }) => scope.name !== SELF_SCOPE)
      .flatMap(({ metrics }) => metrics);
  }

  /** Attributes and value of each point of all metrics but the engine's own, in the order of the series. */
  async points(options?: MetricCollectOptions): Promise<readonly (readonly [Attributes, BriefValue])[]> {
    const metrics = await this.metrics(options);
    return metrics.flatMap(({ dataPoints }) =>
      dataPoints.map(({ attributes, value }) => [attributes, brief(value)] as const),
    );
  }

  /** As {@link points}, with the times. */
  async timed(): Promise<readonly TimedPoint[]> {
    return timedPointsOf(await this.metrics());
  }

  /** The points of one of the engine's own metrics. */
  async self(name: string): Promise<readonly (readonly [Attributes, BriefValue])[]> {
    const { resourceMetrics } = await this.reader.collect();
    return resourceMetrics.scopeMetrics
      .filter(({ scope }) => scope.name === SELF_SCOPE)
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints.map(({ attributes, value }) => [attributes, brief(value)] as const));
  }
}

/** An engine, a reader of each temporality, and the time. */
export interface TestEngine {
  readonly provider: MeterProvider;
  /** Of the scope `test`. */
  readonly meter: EngineMeter;
  readonly cumulative: TestReader;
  readonly delta: TestReader;
  /** The time that the engine sees, in epoch milliseconds. The test sets it. */
  readonly clock: { nowMs: number };
}

/** The options of a reader with delta temporality. */
export const DELTA: MetricReaderOptions = { aggregationTemporalitySelector: () => AggregationTemporality.DELTA };

/** Creates a provider with one cumulative and one delta reader. */
export function createEngine(
  options: Omit<MeterProviderOptions, 'readers' | 'now'> = {},
  readerOptions: MetricReaderOptions = {},
): TestEngine {
  const clock = { nowMs: 1_000_000 };
  const cumulative = new TestReader(new ManualReader(readerOptions));
  const delta = new TestReader(new ManualReader({ ...readerOptions, ...DELTA }));
  const readers = [cumulative.reader, delta.reader];
  const provider = new MeterProvider({ ...options, readers, now: () => clock.nowMs });
  return { provider, meter: provider.getMeter('test'), cumulative, delta, clock };
}

/** The names of metrics. */
export function namesOf(metrics: readonly MetricData[]): readonly string[] {
  return metrics.map(({ descriptor }) => descriptor.name);
}

/** The points of metrics, with their times in epoch milliseconds. */
export function timedPointsOf(metrics: readonly MetricData[]): readonly TimedPoint[] {
  return metrics.flatMap(({ dataPoints }) =>
    dataPoints.map((point) => ({
      attributes: point.attributes,
      value: brief(point.value),
      startMs: hrTimeToMilliseconds(point.startTime),
      endMs: hrTimeToMilliseconds(point.endTime),
      exemplars: (point as { readonly exemplars?: readonly Exemplar[] }).exemplars,
    })),
  );
}

/** A histogram in brief. */
export function brief(value: number | Histogram | ExponentialHistogram): BriefValue {
  if (typeof value === 'number') return value;
  const { sum, min, max } = value;
  if ('buckets' in value) return { sum, min, max, counts: value.buckets.counts };
  return { sum, min, max, count: value.count, scale: value.scale };
}
