import { AggregationTemporality } from '@flowmeter/engine';

/** The number of a temporality in OTLP (opentelemetry-proto, metrics.proto, AggregationTemporality). */
export function temporalityCode(temporality: AggregationTemporality): number {
  return temporality === AggregationTemporality.DELTA ? 1 : 2;
}
