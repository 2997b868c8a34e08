import { DataPointType, type SeriesMetric } from '@flowmeter/engine';
import type { Resource } from '@opentelemetry/resources';
import type { MetricDescriptor } from '@opentelemetry/sdk-metrics';

/** The attributes of the resource as a series of value 1 (specification, compatibility, "Resource Attributes"). */
export function targetInfoOf(resource: Resource): SeriesMetric {
  return {
    scope: { name: '' },
    descriptor: { name: 'target', description: 'Target metadata', unit: '' } as MetricDescriptor,
    identity: resource,
    areDistinct: true,
    rowCount: 1,
    settle() {
      // A resource does not change.
    },
    isShown: () => true,
    generationOf: () => 0,
    attributesOf: () => resource.attributes,
    startTimeOf: () => 0,
    exemplarsOf: () => undefined,
    dataPointType: DataPointType.GAUGE,
    isMonotonic: false,
    valueOf: () => 1,
  };
}
