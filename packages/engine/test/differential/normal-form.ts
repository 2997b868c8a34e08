import type { InstrumentationScope } from '@opentelemetry/core';
import type { CollectionResult, MetricData } from '@opentelemetry/sdk-metrics';

/** The scope of the engine's own metrics, which stock does not have. */
const OWN_SCOPE = '@flowmeter/engine';

/** What one collection has come to: all that a `CollectionResult` says, but for times and orders. */
export interface Collected {
  readonly resource: unknown;
  readonly scopes: readonly CollectedScope[];
  /** The messages of what was thrown. */
  readonly errors: readonly string[];
}

export interface CollectedScope {
  readonly scope: InstrumentationScope;
  readonly metrics: readonly CollectedMetric[];
}

export interface CollectedMetric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: string;
  readonly valueType: number;
  readonly dataPointType: number;
  readonly temporality: number;
  readonly isMonotonic: boolean | undefined;
  readonly points: readonly CollectedPoint[];
}

export interface CollectedPoint {
  /** With the keys in order. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: unknown;
}

/** Brings a collection into an order that does not depend on who collected it, without its times. */
export function normalForm({ resourceMetrics, errors }: CollectionResult): Collected {
  const scopes = resourceMetrics.scopeMetrics
    .filter(({ scope }) => scope.name !== OWN_SCOPE)
    .map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map(normalMetric).toSorted(byText),
    }));
  return {
    resource: resourceMetrics.resource.attributes,
    scopes: scopes.toSorted(byText),
    errors: errors.map((error) => (error instanceof Error ? error.message : String(error))).toSorted(),
  };
}

/** Text that is equal for equal values. A property that is undefined is one that is absent, and -0 is 0. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  );
}

function normalMetric(metric: MetricData): CollectedMetric {
  const { name, description, unit, valueType } = metric.descriptor;
  return {
    name,
    description,
    unit,
    // Not in the declared descriptor, but read by exporters.
    type: String((metric.descriptor as { readonly type?: string }).type),
    valueType,
    dataPointType: metric.dataPointType,
    temporality: metric.aggregationTemporality,
    isMonotonic: 'isMonotonic' in metric ? metric.isMonotonic : undefined,
    points: metric.dataPoints.map(normalPoint).toSorted(byText),
  };
}

function normalPoint(point: MetricData['dataPoints'][number]): CollectedPoint {
  // What there may be beside its times, such as exemplars, counts.
  const { startTime: _startTime, endTime: _endTime, attributes, ...rest } = point;
  const sorted = Object.entries(attributes).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { attributes: Object.fromEntries(sorted), ...rest };
}

function byText(one: unknown, other: unknown): number {
  const [first, second] = [textOf(one), textOf(other)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
