/** Whatever metrics there may be, from any SDK. */
import { ValueType, type HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import * as fc from 'fast-check';

/** As many series of one metric as there are at most. */
const MOST_POINTS = 8;

const text = fc.string({ unit: 'binary', maxLength: 200, size: 'small' });
const count = fc.maxSafeNat();
const integer = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -300, max: 300 }));
const number = fc.oneof(fc.double(), integer);
const { value: attributeValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.boolean(),
    number,
    fc.constantFrom(null, 2 ** 62, -(2 ** 63), 2 ** 63, 1e300, ''),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** Attributes, with values that the API's types have no place for as well. */
export const attributes = fc.dictionary(text, attributeValue, { maxKeys: 5, noNullPrototype: true });

/** A time since 1970. */
export const time: fc.Arbitrary<HrTime> = fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 999_999_999 }));

const extent = {
  count,
  sum: fc.option(number, { nil: undefined }),
  min: fc.option(number, { nil: undefined }),
  max: fc.option(number, { nil: undefined }),
};
const histogram = fc.record({
  ...extent,
  buckets: fc.record({
    boundaries: fc.array(fc.double(), { maxLength: 20 }),
    counts: fc.array(count, { maxLength: 20 }),
  }),
});
const buckets = fc.record({
  offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  bucketCounts: fc.array(count, { maxLength: 40 }),
});
const exponentialHistogram = fc.record({
  ...extent,
  scale: fc.integer({ min: -10, max: 20 }),
  zeroCount: count,
  positive: buckets,
  negative: buckets,
});

function points(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> {
  const point = fc.record({ startTime: time, endTime: time, attributes, value });
  return fc.array(point, { minLength: 1, maxLength: MOST_POINTS });
}

const KINDS = [
  [DataPointType.SUM, ValueType.INT, integer],
  [DataPointType.SUM, ValueType.DOUBLE, number],
  [DataPointType.GAUGE, ValueType.INT, integer],
  [DataPointType.GAUGE, ValueType.DOUBLE, number],
  [DataPointType.HISTOGRAM, ValueType.DOUBLE, histogram],
  [DataPointType.EXPONENTIAL_HISTOGRAM, ValueType.DOUBLE, exponentialHistogram],
] as const;

const metric = fc.oneof(
  ...KINDS.map(([dataPointType, valueType, value]) =>
    fc.record({
      descriptor: fc.record({
        name: text,
        description: text,
        unit: text,
        valueType: fc.constant(valueType),
      }),
      dataPointType: fc.constant(dataPointType),
      aggregationTemporality: fc.constantFrom(AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE),
      isMonotonic: fc.boolean(),
      dataPoints: points(value),
    }),
  ),
);

const scope = fc.record(
  {
    name: text,
    version: text,
    schemaUrl: text,
    attributes,
    droppedAttributesCount: fc.nat(),
  },
  { requiredKeys: ['name'] },
);

/** Metrics without exemplars. */
export const anyMetrics: fc.Arbitrary<ResourceMetrics> = fc
  .record({
    attributes: fc.dictionary(text, fc.oneof(text, number, fc.boolean(), fc.array(text)), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
    schemaUrl: fc.option(text, { nil: undefined }),
    scopeMetrics: fc.array(fc.record({ scope, metrics: fc.array(metric, { minLength: 1, maxLength: 5 }) }), {
      maxLength: 4,
    }),
  })
  .map(({ attributes: ofResource, schemaUrl, scopeMetrics }) => ({
    resource: resourceFromAttributes(ofResource, schemaUrl === undefined ? {} : { schemaUrl }),
    scopeMetrics: scopeMetrics.map(({ scope: of, metrics }) => ({
      scope: of,
      // The points are those of the metric's type.
      metrics: metrics as unknown as MetricData[],
    })),
  }));
