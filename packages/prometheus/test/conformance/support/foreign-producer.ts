import { ValueType, type Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';

/** Metrics as another SDK may have made them. */
export interface ForeignMetrics {
  readonly scope: InstrumentationScope;
  readonly metrics: readonly MetricData[];
}

/** A producer of the same metrics for ever. */
export function producerOf(metrics: readonly ForeignMetrics[], resource: Attributes = {}): MetricProducer {
  const result: CollectionResult = {
    resourceMetrics: {
      resource: Object.keys(resource).length === 0 ? emptyResource() : resourceFromAttributes(resource),
      scopeMetrics: metrics.map(({ scope, metrics: ofScope }) => ({ scope, metrics: [...ofScope] })),
    },
    errors: [],
  };
  return { collect: async () => result };
}

/** One metric of cumulative points; `given` is what differs. */
export function metricOf(
  given: Pick<MetricData, 'dataPointType' | 'dataPoints'> & Partial<MetricData>,
  descriptor: Partial<MetricData['descriptor']> = {},
): MetricData {
  const { name = 'metric', description = '', unit = '', valueType = ValueType.DOUBLE } = descriptor;
  return {
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    descriptor: { name, description, unit, valueType },
    ...given,
  } as MetricData;
}

/** A point that was begun a second after 1970 and ended another later. */
export function pointOf<Value>(
  value: Value,
  attributes: Attributes = {},
): {
  startTime: [number, number];
  endTime: [number, number];
  attributes: Attributes;
  value: Value;
} {
  return { startTime: [1, 0], endTime: [2, 0], attributes, value };
}
