import { fixedTag, lengthTag, varintTag } from './wire.ts';

/*
 * The fields of ExportMetricsServiceRequest (opentelemetry-proto 1, metrics_service.proto, metrics.proto, common.proto,
 * resource.proto) that are written here.
 */

export const REQUEST = { resourceMetrics: lengthTag(1) };

export const RESOURCE_METRICS = { resource: lengthTag(1), scopeMetrics: lengthTag(2), schemaUrl: lengthTag(3) };

export const RESOURCE = { attributes: lengthTag(1) };

export const SCOPE_METRICS = { scope: lengthTag(1), metrics: lengthTag(2), schemaUrl: lengthTag(3) };

export const SCOPE = {
  name: lengthTag(1),
  version: lengthTag(2),
  attributes: lengthTag(3),
  droppedAttributesCount: varintTag(4),
};

export const METRIC = {
  name: lengthTag(1),
  description: lengthTag(2),
  unit: lengthTag(3),
  gauge: lengthTag(5),
  sum: lengthTag(7),
  histogram: lengthTag(9),
  exponentialHistogram: lengthTag(10),
};

/** Of sums, gauges and both kinds of histograms, as far as they have them. */
export const DATA = { dataPoints: lengthTag(1), aggregationTemporality: varintTag(2), isMonotonic: varintTag(3) };

/** The same for all kinds of data points. */
export const TIMES = { startTimeUnixNano: fixedTag(2), timeUnixNano: fixedTag(3) };

export const NUMBER_POINT = {
  asDouble: fixedTag(4),
  exemplars: lengthTag(5),
  asInt: fixedTag(6),
  attributes: lengthTag(7),
};

export const HISTOGRAM_POINT = {
  count: fixedTag(4),
  sum: fixedTag(5),
  /** Packed. */
  bucketCounts: lengthTag(6),
  /** Packed. */
  explicitBounds: lengthTag(7),
  exemplars: lengthTag(8),
  attributes: lengthTag(9),
  min: fixedTag(11),
  max: fixedTag(12),
};

export const EXPONENTIAL_POINT = {
  attributes: lengthTag(1),
  count: fixedTag(4),
  sum: fixedTag(5),
  scale: varintTag(6),
  zeroCount: fixedTag(7),
  positive: lengthTag(8),
  negative: lengthTag(9),
  exemplars: lengthTag(11),
  min: fixedTag(12),
  max: fixedTag(13),
};

/** `bucketCounts` are packed. */
export const BUCKETS = { offset: varintTag(1), bucketCounts: lengthTag(2) };

export const EXEMPLAR = {
  timeUnixNano: fixedTag(2),
  asDouble: fixedTag(3),
  spanId: lengthTag(4),
  traceId: lengthTag(5),
  asInt: fixedTag(6),
  filteredAttributes: lengthTag(7),
};

/** Of an attribute, and of an entry of a map in one. */
export const KEY_VALUE = { key: lengthTag(1), value: lengthTag(2) };

export const ANY_VALUE = {
  stringValue: lengthTag(1),
  boolValue: varintTag(2),
  intValue: varintTag(3),
  doubleValue: fixedTag(4),
  arrayValue: lengthTag(5),
  kvlistValue: lengthTag(6),
  bytesValue: lengthTag(7),
};

/** Of an ArrayValue and of a KeyValueList. */
export const LIST = { values: lengthTag(1) };
