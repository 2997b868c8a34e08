import { doubleTag, lengthTag, varintTag } from './wire.ts';

/*
 * The fields of `io.prometheus.client.MetricFamily` (prometheus/client_model, metrics.proto) that are written here.
 */

export const LABEL_PAIR = { name: lengthTag(1), value: lengthTag(2) };

export const TIMESTAMP = { seconds: varintTag(1), nanos: varintTag(2) };

export const EXEMPLAR = { label: lengthTag(1), value: doubleTag(2), timestamp: lengthTag(3) };

export const COUNTER = { value: doubleTag(1), exemplar: lengthTag(2), createdTimestamp: lengthTag(3) };

export const GAUGE = { value: doubleTag(1) };

export const BUCKET = { cumulativeCount: varintTag(1), upperBound: doubleTag(2), exemplar: lengthTag(3) };

/** A run of buckets: how far it begins after the one before, and how many there are. */
export const BUCKET_SPAN = { offset: varintTag(1), length: varintTag(2) };

export const HISTOGRAM = {
  sampleCount: varintTag(1),
  sampleSum: doubleTag(2),
  bucket: lengthTag(3),
  schema: varintTag(5),
  zeroThreshold: doubleTag(6),
  zeroCount: varintTag(7),
  negativeSpan: lengthTag(9),
  /** Packed. */
  negativeDelta: lengthTag(10),
  positiveSpan: lengthTag(12),
  /** Packed. */
  positiveDelta: lengthTag(13),
  createdTimestamp: lengthTag(15),
  exemplars: lengthTag(16),
};

export const METRIC = { label: lengthTag(1), gauge: lengthTag(2), counter: lengthTag(3), histogram: lengthTag(7) };

export const METRIC_FAMILY = {
  name: lengthTag(1),
  help: lengthTag(2),
  type: varintTag(3),
  metric: lengthTag(4),
  unit: lengthTag(5),
};

export const METRIC_TYPE = { counter: 0, gauge: 1, info: 1, histogram: 4 };
