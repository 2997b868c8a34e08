import { PrometheusReader } from '@flowmeter/prometheus';
import {
  AggregationTemporality,
  AggregationType,
  DataPointType,
  type MetricData,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spanOf } from '../../../engine/test/support/spans.ts';
import { decodeFamilies, type FamilyMessage } from '../exposition/support/metric-families.ts';
import { createEndpoint, OPEN_METRICS, PROTOBUF, scraped, type Endpoint, type Scraped } from './support/endpoint.ts';
import { metricOf, pointOf, producerOf } from './support/foreign-producer.ts';

const CREATED = '1700000000.25';
const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;

const belowZero: ViewOptions = {
  instrumentName: 'h',
  aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [-1, 0] } },
};

function endpointOf(...metrics: readonly MetricData[]): Scraped {
  const reader = new PrometheusReader();
  reader.setMetricProducer(producerOf([{ scope: { name: '' }, metrics }]));
  return scraped(reader);
}

async function protobufOf({ scrape }: Scraped): Promise<readonly FamilyMessage[]> {
  return decodeFamilies((await scrape(PROTOBUF)).body);
}

/** An endpoint whose histogram `h` has the boundaries 1 and 10. */
function withHistogram(values: readonly number[]): Endpoint {
  const endpoint = createEndpoint();
  const histogram = endpoint.meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 10] } });
  for (const value of values) histogram.record(value);
  return endpoint;
}

test('C22: a gauge is a gauge', async () => {
  const { meter, scrape } = createEndpoint();
  meter.createGauge('a').record(-1.5);
  assert.equal((await scrape(OPEN_METRICS)).text, '# TYPE a gauge\na -1.5\n# EOF\n');
});

test('C25: exemplars of gauges are dropped', async () => {
  const { meter, scrape } = createEndpoint();
  meter.createGauge('a').record(1, {}, spanOf(1).context);
  meter.createUpDownCounter('b').add(1, {}, spanOf(1).context);
  assert.equal((await scrape(OPEN_METRICS)).text, '# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# EOF\n');
});

test('C26: a sum that only grows is a counter', async () => {
  const { meter, families } = createEndpoint();
  meter.createCounter('a').add(1);
  meter.createObservableCounter('b').addCallback((result) => result.observe(2));
  assert.deepEqual(
    [...(await families()).values()].map(({ type }) => type),
    ['counter', 'counter'],
  );
});

test('C27: any other sum is a gauge', async () => {
  const { meter, families } = createEndpoint();
  meter.createUpDownCounter('a').add(-1);
  meter.createObservableUpDownCounter('b').addCallback((result) => result.observe(2));
  assert.deepEqual(
    [...(await families()).values()].map(({ type }) => type),
    ['gauge', 'gauge'],
  );
});

test('C28: the samples of a counter end in _total', async () => {
  const { meter, scrape } = createEndpoint();
  meter.createCounter('a').add(1);
  for (const accept of ['text/plain', OPEN_METRICS]) assert.match((await scrape(accept)).text, /^a_total 1$/m);
});

test('C29: a name that ends in _total stays as it is', async () => {
  const { meter, scrape } = createEndpoint();
  meter.createCounter('a_total').add(1);
  for (const accept of ['text/plain', OPEN_METRICS]) assert.match((await scrape(accept)).text, /^a_total 1$/m);
});

test('C30: a counter says when it began: _created in OpenMetrics, a time stamp in protobuf', async () => {
  const endpoint = createEndpoint();
  endpoint.meter.createCounter('a').add(1);
  assert.ok((await endpoint.scrape(OPEN_METRICS)).text.includes(`\na_created ${CREATED}\n`));
  const [family] = await protobufOf(endpoint);
  assert.deepEqual(family?.metric[0]?.counter?.createdTimestamp, { seconds: 1_700_000_000, nanos: 250_000_000 });
});

test('C30 C34: start times are no series with createdSeriesEnabled: false, and in protobuf all the same', async () => {
  const endpoint = createEndpoint({ createdSeriesEnabled: false });
  endpoint.meter.createCounter('a').add(1);
  endpoint.meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } }).record(1);
  const { text } = await endpoint.scrape(OPEN_METRICS);
  assert.doesNotMatch(text, /_created/);
  assert.match(text, /^a_total 1\n# TYPE h histogram$/m);
  const started = { seconds: 1_700_000_000, nanos: 250_000_000 };
  const [counter, histogram] = await protobufOf(endpoint);
  assert.deepEqual(counter?.metric[0]?.counter?.createdTimestamp, started);
  assert.deepEqual(histogram?.metric[0]?.histogram?.createdTimestamp, started);
});

test('C31: a counter has its latest exemplar', async () => {
  const endpoint = createEndpoint();
  const counter = endpoint.meter.createCounter('a');
  for (const number of [1, 2, 3]) counter.add(number, {}, spanOf(number).context);
  const exemplar = (await endpoint.families(OPEN_METRICS)).get('a')?.samples[0]?.exemplar;
  assert.equal(exemplar?.value, 3);
  const [family] = await protobufOf(endpoint);
  assert.equal(family?.metric[0]?.counter?.exemplar?.value, 3);
});

test('C32: a histogram is a histogram', async () => {
  const { families } = withHistogram([1]);
  assert.equal((await families()).get('h')?.type, 'histogram');
});

test('C33: a histogram has count, sum and cumulative buckets in ascending order, +Inf too', async () => {
  const { scrape } = withHistogram([1, 2, 30]);
  const lines = ['h_bucket{le="1"} 1', 'h_bucket{le="10"} 2', 'h_bucket{le="+Inf"} 3', 'h_sum 33', 'h_count 3'];
  assert.equal((await scrape()).text, ['# TYPE h histogram', ...lines, ''].join('\n'));
});

test('C33: an attribute le is no bucket', async () => {
  const { meter, families } = createEndpoint();
  meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } }).record(2, { le: '5', quantile: '1' });
  const samples = (await families()).get('h')?.samples ?? [];
  assert.deepEqual(
    samples.map(({ labels }) => [...labels.values()]),
    [
      ['5', '1', '1'],
      ['5', '1', '+Inf'],
      ['5', '1'],
      ['5', '1'],
    ],
  );
});

test('C33: a histogram of values below 0 has no sum, and in OpenMetrics no count then', async () => {
  const { meter, scrape } = createEndpoint({}, { views: [belowZero] });
  meter.createGauge('h').record(-2);
  const { text } = await scrape();
  assert.ok(text.endsWith('h_bucket{le="+Inf"} 1\nh_count 1\n'), text);
  const openMetrics = (await scrape(OPEN_METRICS)).text;
  assert.ok(openMetrics.endsWith(`h_bucket{le="+Inf"} 1\nh_created ${CREATED}\n# EOF\n`), openMetrics);
});

test('C33: in OpenMetrics no sum stands beside a bucket below 0', async () => {
  const { meter, families } = createEndpoint({}, { views: [belowZero] });
  meter.createHistogram('h').record(2);
  const namesIn = async (accept: string): Promise<readonly string[]> =>
    ((await families(accept)).get('h')?.samples ?? []).map(({ name }) => name);
  assert.deepEqual((await namesIn('text/plain')).slice(-2), ['h_sum', 'h_count']);
  assert.deepEqual((await namesIn(OPEN_METRICS)).slice(-2), ['h_bucket', 'h_created']);
});

test('C34: a histogram says when it began', async () => {
  const endpoint = withHistogram([1]);
  assert.ok((await endpoint.scrape(OPEN_METRICS)).text.includes(`\nh_created ${CREATED}\n`));
  const [family] = await protobufOf(endpoint);
  assert.deepEqual(family?.metric[0]?.histogram?.createdTimestamp, { seconds: 1_700_000_000, nanos: 250_000_000 });
});

test('C35: each bucket has the latest exemplar in it', async () => {
  const { meter, families } = createEndpoint();
  const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 10] } });
  for (const value of [0.5, 1, 20, 30]) histogram.record(value, {}, spanOf(1).context);
  const buckets = (await families(OPEN_METRICS)).get('h')?.samples.slice(0, 3) ?? [];
  assert.deepEqual(
    buckets.map(({ exemplar }) => exemplar?.value),
    [1, undefined, 30],
  );
});

test('C36: deltas are dropped, and what is cumulative beside them is not', async () => {
  const aggregationTemporality = AggregationTemporality.DELTA;
  const buckets = { boundaries: [1], counts: [1, 0] };
  const zero = { offset: 0, bucketCounts: [] };
  const point = { count: 1, sum: 1, scale: 0, zeroCount: 1, positive: zero, negative: zero };
  const { scrape } = endpointOf(
    metricOf({
      aggregationTemporality,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: [pointOf({ buckets, sum: 1, count: 1 })],
    }),
    metricOf({
      aggregationTemporality,
      dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
      dataPoints: [pointOf(point)],
    }),
    metricOf({ aggregationTemporality, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: [pointOf(1)] }),
    metricOf({ aggregationTemporality, dataPointType: DataPointType.GAUGE, dataPoints: [pointOf(1)] }),
  );
  assert.equal((await scrape()).text, '# TYPE metric gauge\nmetric 1\n');
});

test('C37: an exponential histogram is a native one in protobuf', async () => {
  const endpoint = createEndpoint({}, { views: [{ instrumentName: 'h', aggregation: exponential }] });
  const histogram = endpoint.meter.createHistogram('h');
  for (const value of [0, 1, 2, 3]) histogram.record(value);
  const [family] = await protobufOf(endpoint);
  const { schema, zeroCount, sampleCount, sampleSum, positiveDelta } = family?.metric[0]?.histogram ?? {};
  assert.deepEqual([family?.type, schema, zeroCount, sampleCount, sampleSum], ['HISTOGRAM', 6, 1, 4, 6]);
  let [count, total] = [0, 0];
  for (const delta of positiveDelta ?? []) total += count += delta;
  assert.equal(total, 3);
});

test('C38: a scale above 8 comes down to 8, and a point of one below -4 is dropped', async () => {
  const at = (name: string, scale: number): MetricData => {
    const positive = { offset: 0, bucketCounts: [1] };
    const point = { count: 1, sum: 1, scale, zeroCount: 0, positive, negative: { offset: 0, bucketCounts: [] } };
    return metricOf({ dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints: [pointOf(point)] }, { name });
  };
  const families = await protobufOf(endpointOf(at('a', 20), at('b', 8), at('c', -4), at('d', -5)));
  assert.deepEqual(
    families.map(({ name, metric }) => [name, metric[0]?.histogram?.schema]),
    [
      ['a', 8],
      ['b', 8],
      ['c', -4],
    ],
  );
});

test('points whose counts and bounds make no sense are left out, and the others are exposed', async () => {
  const dataPointType = DataPointType.HISTOGRAM;
  const histogram = (boundaries: number[], counts: number[]): MetricData['dataPoints'][number] =>
    pointOf({ buckets: { boundaries, counts }, sum: 1, count: 1 }, { x: String(counts), y: String(boundaries) });
  const explicit = metricOf(
    {
      dataPointType,
      dataPoints: [
        ...[Infinity, -1, NaN, 1.5].map((count) => histogram([1], [count, 0])),
        ...[[NaN], [1, 1], [Infinity], [1, 2, 3]].map((boundaries) => histogram(boundaries, [1, 0])),
        histogram([1], [1, 0]),
      ] as never,
    },
    { name: 'h' },
  );
  const none = { offset: 0, bucketCounts: [] };
  const point = { count: 1, sum: 1, scale: 0, zeroCount: 1, positive: none, negative: none };
  const changes = [{ count: 2 }, { count: Infinity }, { zeroCount: -1 }, { scale: 1000 }, { scale: NaN }];
  const offsets = [NaN, 2 ** 40].map((offset) => ({ ...point, count: 2, positive: { offset, bucketCounts: [1] } }));
  const points = [...changes.map((change) => ({ ...point, ...change })), ...offsets, point];
  const dataPoints = points.map((each, position) => pointOf(each, { x: String(position) }));
  const native = metricOf({ dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM, dataPoints }, { name: 'e' });
  const endpoint = endpointOf(explicit, native);
  const families = await endpoint.families(OPEN_METRICS);
  assert.deepEqual(
    [...families.values()].map(({ samples }) => samples.filter(({ name }) => name.endsWith('_sum')).length),
    [1, 1],
  );
  assert.deepEqual(
    (await protobufOf(endpoint)).map(({ metric }) => metric.length),
    [1, 1],
  );
});

test('numbers of foreign gauges and counters are exposed as they are', async () => {
  const values = [NaN, Infinity, -Infinity, -0, 1e300, 5e-324, 2 ** 53];
  const dataPoints = values.map((value, position) => pointOf(value, { x: String(position) }));
  const { families } = endpointOf(metricOf({ dataPointType: DataPointType.GAUGE, dataPoints }));
  for (const accept of ['text/plain', OPEN_METRICS]) {
    assert.deepEqual(
      (await families(accept)).get('metric')?.samples.map(({ value }) => value),
      values,
    );
  }
});

test('points of another provider that have the same attributes are one series, added up', async () => {
  const { scrape } = endpointOf(
    metricOf(
      {
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: [pointOf(1, { a: '1' }), pointOf(2, { a: '1' }), pointOf(4, { a: '2' })],
      },
      { name: 'x' },
    ),
  );
  assert.match((await scrape()).text, /^# TYPE x_total counter\nx_total\{a="1"\} 3\nx_total\{a="2"\} 4\n$/m);
});

test('a point of another provider that lacks a part costs itself only', async () => {
  const { scrape } = endpointOf(
    metricOf({ dataPointType: DataPointType.HISTOGRAM, dataPoints: [pointOf({ count: 1 } as never)] }, { name: 'h' }),
    metricOf({ dataPointType: DataPointType.GAUGE, dataPoints: [pointOf(1)] }, { name: 'g' }),
  );
  assert.equal((await scrape()).text, '# TYPE g gauge\ng 1\n');
});
