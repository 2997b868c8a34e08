import type { Attributes, HrTime } from '@opentelemetry/api';
import type { DataPoint } from '@opentelemetry/sdk-metrics';

/**
 * A measurement that was recorded while a sampled span was active (specification, SDK, "Exemplar"): where a number in a
 * metric leads to a trace.
 */
export interface Exemplar {
  /** The attributes of the measurement that the data point does not have, because a view leaves them out. */
  filteredAttributes: Attributes;
  value: number;
  /** When it was recorded. */
  timestamp: HrTime;
  /** 32 hexadecimal digits; missing where no span was active. */
  traceId?: string;
  /** 16 hexadecimal digits; missing where no span was active. */
  spanId?: string;
}

/**
 * A data point of this engine: sdk-metrics' own, and the exemplars that were taken for it, the latest of each bucket of a
 * histogram and the latest of any other series. Without any, the property is missing.
 */
export interface DataPointWithExemplars<Value> extends DataPoint<Value> {
  readonly exemplars?: Exemplar[];
}
