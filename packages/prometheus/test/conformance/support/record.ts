import { MeterProvider, type EngineMeter } from '@flowmeter/engine';
import { PrometheusReader, type PrometheusReaderOptions } from '@flowmeter/prometheus';
import { emptyResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationType,
  createAllowListAttributesProcessor,
  DataPointType,
  MeterProvider as SdkMeterProvider,
  type DataPoint,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { AnyScope, Measurement, Recording, Stream } from './any-recording.ts';
import { metricOf, pointOf, producerOf } from './foreign-producer.ts';

/** The ways in which metrics come to a reader. */
export const PROVIDERS = ['engine', 'sdk-metrics', 'another SDK'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** A reader of all that was recorded. */
export function record(recording: Recording, options: PrometheusReaderOptions, provider: Provider): PrometheusReader {
  const reader = new PrometheusReader(options);
  const { resource, scopes, streams } = recording;
  if (provider === 'another SDK') {
    const metrics = streams.map((stream) => ({ scope: scopeOf(stream, scopes), metrics: [toMetric(stream)] }));
    reader.setMetricProducer(producerOf(metrics, resource));
    return reader;
  }
  const ofProvider = {
    resource: Object.keys(resource).length === 0 ? emptyResource() : resourceFromAttributes(resource),
    readers: [reader],
    // What it drops from counters is in exemplars.
    views: [
      { instrumentName: 'c*', attributesProcessors: [createAllowListAttributesProcessor(['a', 'a.b', 'a_b'])] },
      {
        instrumentName: 'e*',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 20 } } as const,
      },
    ],
  };
  const meters =
    provider === 'engine'
      ? new MeterProvider({ ...ofProvider, exemplarFilter: 'always_on' })
      : new SdkMeterProvider(ofProvider);
  for (const stream of streams) {
    const { name, version, schemaUrl } = scopeOf(stream, scopes);
    recordInto(meters.getMeter(name, version, { schemaUrl }) as EngineMeter, stream);
  }
  return reader;
}

function scopeOf({ scope }: Stream, scopes: readonly AnyScope[]): AnyScope {
  return scopes[scope] ?? { name: '', version: '', schemaUrl: '' };
}

function recordInto(meter: EngineMeter, { kind, name, unit, description, boundaries, measurements }: Stream): void {
  const options = { unit, description, advice: { explicitBucketBoundaries: boundaries } };
  for (const { attributes, value } of measurements) {
    switch (kind) {
      case 'counter':
        meter.createCounter(name, { unit, description }).add(value, attributes);
        break;
      case 'updown':
        meter.createUpDownCounter(name, { unit, description }).add(value, attributes);
        break;
      case 'gauge':
        meter.createGauge(name, { unit, description }).record(value, attributes);
        break;
      case 'histogram':
      case 'exponential':
        meter.createHistogram(name, options).record(value, attributes);
    }
  }
}

/** Each measurement is a series of its own. */
function toMetric({ kind, name, unit, description, boundaries, measurements }: Stream): MetricData {
  const points = <Value>(valueOf: (value: number) => Value): DataPoint<Value>[] =>
    measurements.map(({ attributes, value }: Measurement) => pointOf(valueOf(value), attributes));
  const descriptor = { name, unit, description };
  switch (kind) {
    case 'counter':
    case 'updown': {
      const isMonotonic = kind === 'counter';
      return metricOf(
        { dataPointType: DataPointType.SUM, isMonotonic, dataPoints: points((value) => value) },
        descriptor,
      );
    }
    case 'gauge':
      return metricOf({ dataPointType: DataPointType.GAUGE, dataPoints: points((value) => value) }, descriptor);
    case 'histogram':
      return metricOf(
        {
          dataPointType: DataPointType.HISTOGRAM,
          dataPoints: points((value) => ({
            buckets: { boundaries, counts: countIn(boundaries, value) },
            sum: value,
            count: 1,
          })),
        },
        descriptor,
      );
    case 'exponential':
      return metricOf(
        { dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints: points((value) => exponentialOf(value)) },
        descriptor,
      );
  }
}

function countIn(boundaries: readonly number[], value: number): number[] {
  const place = boundaries.findIndex((boundary) => value <= boundary);
  const counts = Array.from({ length: boundaries.length + 1 }, () => 0);
  counts[place < 0 ? boundaries.length : place] = 1;
  return counts;
}

/** Of a scale that depends on the value, so that there are several in one metric. */
function exponentialOf(value: number): {
  count: number;
  sum: number;
  scale: number;
  zeroCount: number;
  positive: { offset: number; bucketCounts: number[] };
  negative: { offset: number; bucketCounts: number[] };
} {
  const scale = (value % 14) - 4;
  const offset = Math.ceil(Math.log2(value) * 2 ** scale) - 1;
  const none = { offset: 0, bucketCounts: [] };
  const positive = value === 0 ? none : { offset, bucketCounts: [1] };
  return { count: 1, sum: value, scale, zeroCount: value === 0 ? 1 : 0, positive, negative: none };
}
