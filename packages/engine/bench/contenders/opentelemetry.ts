/** What the engine and sdk-metrics have in common, which is all but the class of the provider and the extra calls. */
import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type CollectionResult,
  createAllowListAttributesProcessor,
  type IMetricReader,
  type MeterProviderOptions,
  type MetricData,
  MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { BOUNDARIES, type Kind, type Plan, type Point, type Subject } from './contender.ts';

class PullReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

/** Keeps nothing of what it is given but the number of its data points. */
class CountingExporter implements PushMetricExporter {
  points = 0;

  export(metrics: ResourceMetrics, done: (result: { code: 0 }) => void): void {
    this.points = subjectIn(metrics).reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
    done({ code: 0 });
  }

  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

export interface ConnectedMeter<AnyMeter> {
  readonly meter: AnyMeter;
  readonly collect: Subject['collect'];
  readonly push: Subject['push'];
  readonly points: Subject['points'];
}

/** A meter of such a provider, with the plan's readers and view. */
export function connectMeter<AnyMeter>(
  provide: (options: MeterProviderOptions) => { getMeter(name: string): AnyMeter },
  plan: Plan,
): ConnectedMeter<AnyMeter> {
  const pull = new PullReader({ cardinalitySelector: () => plan.cardinalityLimit });
  const readers: IMetricReader[] = [pull];
  const exporter = new CountingExporter();
  const pushing = new PeriodicExportingMetricReader({
    exporter,
    // It pushes when it is told to.
    exportIntervalMillis: 2 ** 30,
    exportTimeoutMillis: 2 ** 29,
    cardinalityLimits: { default: plan.cardinalityLimit },
  });
  if (plan.exports === 2) readers.push(pushing);
  const views =
    plan.setting === 'view'
      ? [{ instrumentName: '*', attributesProcessors: [createAllowListAttributesProcessor(plan.keys.slice(0, -1))] }]
      : [];
  return {
    meter: provide({ readers, views }).getMeter('bench'),
    collect: () => pull.collect(),
    push: async () => {
      await pushing.forceFlush();
      return exporter.points;
    },
    points: (collected) => pointsOf(collected as CollectionResult),
  };
}

/** The instrument of a kind, from anything that creates instruments as the API does. */
export function createInstrument<Counter, Gauge, Histogram>(
  kind: Kind,
  meter: {
    createCounter(name: string): Counter;
    createGauge(name: string): Gauge;
    createHistogram(name: string, options: { advice: { explicitBucketBoundaries: number[] } }): Histogram;
  },
): { counter: Counter } | { recorder: Gauge | Histogram } {
  if (kind === 'counter') return { counter: meter.createCounter('subject') };
  if (kind === 'gauge') return { recorder: meter.createGauge('subject') };
  return { recorder: meter.createHistogram('subject', { advice: { explicitBucketBoundaries: BOUNDARIES } }) };
}

function pointsOf({ resourceMetrics, errors }: CollectionResult): Point[] {
  if (errors.length > 0) throw new AggregateError(errors);
  return subjectIn(resourceMetrics).flatMap((metric) =>
    metric.dataPoints.map(({ attributes, value }: { attributes: Attributes; value: unknown }) => {
      if (typeof value === 'number') return { attributes, value, count: undefined };
      const { sum, count } = value as { sum?: number; count: number };
      return { attributes, value: sum ?? 0, count };
    }),
  );
}

/** The instrument that is measured, without what a provider tells of itself. */
function subjectIn({ scopeMetrics }: ResourceMetrics): MetricData[] {
  return scopeMetrics.flatMap(({ metrics }) => metrics).filter(({ descriptor }) => descriptor.name === 'subject');
}
