/** What is pushed is what OpenTelemetry's own encoder would push, and the exemplars that it has no place for. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api';
import type { Exemplar } from '@flowmeter/engine';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import * as fc from 'fast-check';
import { decodeRequest } from '../../../examples/otlp-receiver/codec.ts';
import type { Metric, MetricsData } from '../../../examples/otlp-receiver/otlp-data.ts';
import { OtlpEncoder, type EncodedPart } from '../src/metrics/otlp-encoder.ts';
import { RequestLimit } from '../src/metrics/request-limit.ts';
import { RequestPart } from '../src/metrics/request-part.ts';
import { anyMetrics, attributes, time } from './support/any-metrics.ts';

function hex(digits: number): fc.Arbitrary<string> {
  const bytes = fc.uint8Array({ minLength: digits / 2, maxLength: digits / 2 });
  return bytes.map((some) => Buffer.from(some).toString('hex'));
}

const exemplar: fc.Arbitrary<Exemplar> = fc.record(
  { value: fc.double(), timestamp: time, filteredAttributes: attributes, traceId: hex(32), spanId: hex(16) },
  { requiredKeys: ['value', 'timestamp', 'filteredAttributes'] },
);

/** Making a counterexample small can take long, and is not to take the time that there is to tell it. */
const BRIEFLY = { interruptAfterTimeLimit: 30_000 };

const ENCODINGS = ['protobuf', 'json'] as const;
type Encoding = (typeof ENCODINGS)[number];

function encode(metrics: ResourceMetrics, encoding: Encoding, mostBytes?: number): EncodedPart[] {
  const encoder = new OtlpEncoder(`http/${encoding}`, new RequestLimit(mostBytes));
  return [...encoder.encode(RequestPart.all(metrics))];
}

/** What whoever receives the metrics in one request sees. */
function received(metrics: ResourceMetrics, encoding: Encoding): MetricsData {
  const [encoded, ...others] = encode(metrics, encoding, Infinity);
  ok(encoded !== undefined && others.length === 0);
  return decodeRequest(encoded.body, encoding, true);
}

/** The same by OpenTelemetry's encoder. */
function expected(metrics: ResourceMetrics): MetricsData {
  return decodeRequest(ProtobufMetricsSerializer.serializeRequest(metrics) ?? new Uint8Array(), 'protobuf', true);
}

/** One counter, up-down counter or gauge. */
function numberMetric(dataPoints: DataPoint<number>[], valueType: ValueType): ResourceMetrics {
  const metric: MetricData = {
    descriptor: { name: 'metric', description: '', unit: '', valueType },
    dataPointType: DataPointType.SUM,
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    isMonotonic: true,
    dataPoints,
  };
  return { resource: emptyResource(), scopeMetrics: [{ scope: { name: 'scope' }, metrics: [metric] }] };
}

function metricsIn(data: MetricsData): Metric[] {
  return (data.resourceMetrics ?? []).flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ metrics = [] }) => metrics),
  );
}

function pointsOf({ sum, gauge, histogram, exponentialHistogram }: Metric): readonly object[] {
  return (sum ?? gauge ?? histogram ?? exponentialHistogram)?.dataPoints ?? [];
}

for (const encoding of ENCODINGS) {
  describe(`in ${encoding}`, () => {
    it('any metrics are received as OpenTelemetry’s encoder sends them', () => {
      fc.assert(
        fc.property(anyMetrics, (metrics) => {
          deepStrictEqual(received(metrics, encoding), expected(metrics));
        }),
        { numRuns: 500, ...BRIEFLY },
      );
    });

    it('requests are no larger than they may be, unless it is for one data point, and together they are all points in order', () => {
      fc.assert(
        fc.property(anyMetrics, fc.integer({ min: 100, max: 20_000 }), (metrics, mostBytes) => {
          const parts = encode(metrics, encoding, mostBytes);
          const all = parts.flatMap(({ part, body }) => {
            ok(body.byteLength <= mostBytes || part.points <= 1, `${body.byteLength} bytes of ${mostBytes}`);
            const data = decodeRequest(body, encoding, true);
            const points = metricsIn(data).flatMap(pointsOf);
            strictEqual(points.length, part.points);
            ok(metricsIn(data).every((metric) => pointsOf(metric).length > 0));
            return points;
          });
          deepStrictEqual(all, metricsIn(expected(metrics)).flatMap(pointsOf));
        }),
        { numRuns: 300, ...BRIEFLY },
      );
    });

    it('a request is filled: the next data point would not have fitted', () => {
      const point = {
        startTime: [1, 0],
        endTime: [2, 0],
        attributes: { key: 'value' },
        value: 1,
      } satisfies DataPoint<number>;
      const metrics = numberMetric(
        Array.from({ length: 1000 }, () => point),
        ValueType.DOUBLE,
      );
      const parts = encode(metrics, encoding, 10_000);
      const pointBytes = encode(metrics, encoding, Infinity).reduce((sum, { body }) => sum + body.byteLength, 0) / 1000;
      for (const { body } of parts.slice(0, -1)) ok(body.byteLength > 10_000 - pointBytes - 32, `${body.byteLength}`);
    });

    it('exemplars have their value, time, span and the attributes that the data point has not', () => {
      fc.assert(
        fc.property(anyMetrics, fc.array(exemplar, { minLength: 1, maxLength: 4 }), (metrics, exemplars) => {
          const found = metricsIn(received(withExemplars(metrics, exemplars), encoding));
          const plain = metricsIn(expected(metrics));
          const areIntegers = integersIn(metrics);
          const inOtlp = areIntegers.map((ofIntegers) => expectedExemplars(exemplars, ofIntegers));
          deepStrictEqual(
            found.map(pointsOf),
            plain.map((metric, position) =>
              pointsOf(metric).map((point) => ({ ...point, exemplars: inOtlp[position] })),
            ),
          );
        }),
        { numRuns: 200, ...BRIEFLY },
      );
    });

    it('a total of an integer counter that has outgrown 64 bits is a double, and nothing else is', () => {
      const values = [2 ** 53 + 2, 2 ** 63 - 1024, -(2 ** 63), 2 ** 63, 1e300, Infinity, NaN, 0.5];
      const points = values.map((value) => pointOf(value));
      const [metric] = metricsIn(received(numberMetric(points, ValueType.INT), encoding));
      deepStrictEqual(
        metric?.sum?.dataPoints?.map(({ asInt, asDouble }) => asInt ?? asDouble),
        ['9007199254740994', '9223372036854774784', '-9223372036854775808', 2 ** 63, 1e300, Infinity, NaN, 0.5],
      );
    });

    it('half a surrogate pair becomes the replacement character', () => {
      const point: DataPoint<number> = {
        startTime: [0, 0],
        endTime: [0, 0],
        attributes: { 'k\ud800': 'a\udc00b' },
        value: 1,
      };
      const [metric] = metricsIn(received(numberMetric([point], ValueType.INT), encoding));
      deepStrictEqual(metric?.sum?.dataPoints?.[0]?.attributes, [
        { key: 'k\ufffd', value: { stringValue: 'a\ufffdb' } },
      ]);
    });

    it('a time is exact to the nanosecond, and one that OTLP cannot tell is 0', () => {
      const times: [number, number][] = [
        [4_294_967_295, 999_999_999],
        [1_700_000_000, 1_000_000_000],
        [0, 1],
        [-1, 0],
        [NaN, 0],
        [1, NaN],
        [Infinity, 0],
        [1, 5.7],
        [18_446_744_072, 999_999_999],
        [2 ** 40, 0],
      ];
      const points = times.map((endTime) => pointOf(1, {}, endTime));
      const [metric] = metricsIn(received(numberMetric(points, ValueType.INT), encoding));
      deepStrictEqual(
        metric?.sum?.dataPoints?.map(({ timeUnixNano }) => timeUnixNano),
        [
          '4294967295999999999',
          '1700000001000000000',
          '1',
          '0',
          '0',
          '0',
          '0',
          '1000000005',
          '18446744072999999999',
          '0',
        ],
      );
    });
  });
}

it('in JSON all integers of 64 bits are text, as protobuf’s JSON has them', () => {
  const point: DataPoint<number> = { startTime: [1, 2], endTime: [3, 4], attributes: { a: 5 }, value: 6 };
  const [encoded] = encode(numberMetric([point], ValueType.INT), 'json');
  const { resourceMetrics } = JSON.parse(Buffer.from(encoded?.body ?? []).toString()) as MetricsData;
  deepStrictEqual(resourceMetrics?.[0]?.scopeMetrics?.[0]?.metrics?.[0]?.sum?.dataPoints, [
    {
      asInt: '6',
      startTimeUnixNano: '1000000002',
      timeUnixNano: '3000000004',
      attributes: [{ key: 'a', value: { intValue: '5' } }],
    },
  ]);
});

function withExemplars(metrics: ResourceMetrics, exemplars: readonly Exemplar[]): ResourceMetrics {
  const scopeMetrics = metrics.scopeMetrics.map(({ scope, metrics: ofScope }) => ({
    scope,
    metrics: ofScope.map((metric) => {
      const dataPoints = metric.dataPoints.map((point) => ({ ...point, exemplars }));
      return { ...metric, dataPoints } as unknown as MetricData;
    }),
  }));
  return { ...metrics, scopeMetrics };
}

/** Of each metric whether its values are integers. */
function integersIn({ scopeMetrics }: ResourceMetrics): boolean[] {
  return scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.valueType === ValueType.INT));
}

function expectedExemplars(exemplars: readonly Exemplar[], ofIntegers: boolean): object[] {
  // Attributes of an exemplar are written as those of a data point.
  const points = exemplars.map(({ filteredAttributes }) => pointOf(0, filteredAttributes));
  const [metric] = metricsIn(expected(numberMetric(points, ValueType.DOUBLE)));
  return exemplars.map(({ value, timestamp: [seconds, nanoseconds], traceId = '', spanId = '' }, position) => ({
    filteredAttributes: metric?.sum?.dataPoints?.[position]?.attributes,
    timeUnixNano: `${BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)}`,
    traceId,
    spanId,
    ...(ofIntegers && Number.isInteger(value) && Math.abs(value) < 2 ** 63
      ? { asInt: `${BigInt(value)}` }
      : { asDouble: value }),
  }));
}

function pointOf(value: number, ofPoint: Attributes = {}, endTime: HrTime = [0, 0]): DataPoint<number> {
  return { startTime: [0, 0], endTime, attributes: ofPoint, value };
}
