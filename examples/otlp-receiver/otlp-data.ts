/**
 * An ExportMetricsServiceRequest as OTLP/JSON spells it: camel case names, enumerations as numbers, 64-bit integers as
 * decimal strings. Both encodings are decoded to this one form, and the raw data of a request is kept in it.
 */

/** The value of an attribute; exactly one of the members is set. */
export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number;
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
  bytesValue?: string;
}

/** One attribute. */
export interface KeyValue {
  key: string;
  value?: AnyValue;
}

/** A measurement that a point was made of, and the span that was active then. */
export interface Exemplar {
  filteredAttributes?: KeyValue[];
  timeUnixNano?: string;
  asDouble?: number;
  asInt?: string;
  /** In hexadecimal digits, as OTLP/JSON has it. */
  spanId?: string;
  traceId?: string;
}

interface DataPoint {
  attributes?: KeyValue[];
  startTimeUnixNano?: string;
  timeUnixNano?: string;
  flags?: number;
  exemplars?: Exemplar[];
}

/** A point of a sum or a gauge. */
export interface NumberDataPoint extends DataPoint {
  asDouble?: number;
  asInt?: string;
}

/** A point of a histogram with explicit boundaries; one bucket more than boundaries. */
export interface HistogramDataPoint extends DataPoint {
  count?: string;
  sum?: number;
  min?: number;
  max?: number;
  explicitBounds?: number[];
  bucketCounts?: string[];
}

/** A point of an exponential histogram. */
export interface ExponentialHistogramDataPoint extends DataPoint {
  count?: string;
  sum?: number;
  min?: number;
  max?: number;
  scale?: number;
  zeroCount?: string;
  zeroThreshold?: number;
  positive?: { offset?: number; bucketCounts?: string[] };
  negative?: { offset?: number; bucketCounts?: string[] };
}

/** One metric; exactly one of the four kinds of data is set. */
export interface Metric {
  name: string;
  description?: string;
  unit?: string;
  sum?: { dataPoints?: NumberDataPoint[]; aggregationTemporality?: number; isMonotonic?: boolean };
  gauge?: { dataPoints?: NumberDataPoint[] };
  histogram?: { dataPoints?: HistogramDataPoint[]; aggregationTemporality?: number };
  exponentialHistogram?: { dataPoints?: ExponentialHistogramDataPoint[]; aggregationTemporality?: number };
}

/** The metrics of one instrumentation scope. */
interface ScopeMetrics {
  scope?: { name?: string; version?: string; attributes?: KeyValue[] };
  metrics?: Metric[];
}

/** The metrics of one resource. */
interface ResourceMetrics {
  resource?: { attributes?: KeyValue[] };
  scopeMetrics?: ScopeMetrics[];
}

/** A whole request. */
export interface MetricsData {
  resourceMetrics?: ResourceMetrics[];
}
