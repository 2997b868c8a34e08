import type { ExponentialHistogramSeries } from '@flowmeter/engine';
import { AggregationType, DataPointType, type ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { spanOf, startContexts, stopContexts, within } from '../../../engine/test/support/spans.ts';
import { nativeBucketsOf } from '../../src/exposition/protobuf/native-buckets.ts';
import { protobufFormat } from '../../src/exposition/protobuf/protobuf-format.ts';
import { fc } from '../support/properties.ts';
import { altered } from './support/altered.ts';
import { familyOf, writeBody } from './support/body.ts';
import { decodeFamilies, type HistogramMessage, type SpanMessage } from './support/metric-families.ts';
import { createSeriesEngine, START_MS } from './support/series-engine.ts';

before(startContexts);
after(stopContexts);

/** Counts by index. */
type Counts = ReadonlyMap<number, number>;

/** As Prometheus reads spans and deltas. */
function countsIn(spans: readonly (readonly [number, number])[], deltas: readonly number[]): Counts {
  const counts = new Map<number, number>();
  let [index, at, count] = [0, 0, 0];
  for (const [offset, length] of spans) {
    index += offset;
    for (let place = 0; place < length; place += 1) {
      count += deltas[at] ?? NaN;
      at += 1;
      if (count !== 0) counts.set(index, count);
      index += 1;
    }
  }
  assert.equal(at, deltas.length);
  return counts;
}

/** As the specification says: the index of a native bucket is that of its upper boundary. */
function expectedCounts({ offset, bucketCounts }: ExponentialHistogram['positive'], scalesDown: number): Counts {
  const counts = new Map<number, number>();
  for (const [position, count] of bucketCounts.entries()) {
    const index = Math.floor((offset + position) / 2 ** scalesDown) + 1;
    if (count > 0) counts.set(index, (counts.get(index) ?? 0) + count);
  }
  return counts;
}

async function exponential(values: readonly number[], maxSize = 160): Promise<ExponentialHistogramSeries> {
  const { meter, only } = createSeriesEngine(maxSize);
  const histogram = meter.createHistogram('h');
  for (const value of values) histogram.record(value);
  const metric = await only();
  assert.ok(metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM);
  return metric;
}

function withPoint(
  metric: ExponentialHistogramSeries,
  point: Partial<ExponentialHistogram>,
): ExponentialHistogramSeries {
  return altered(metric, { pointOf: (row) => ({ ...metric.pointOf(row), ...point }) });
}

function written(metric: ExponentialHistogramSeries): HistogramMessage | undefined {
  return decodeFamilies(writeBody(protobufFormat, [familyOf(metric)]))[0]?.metric[0]?.histogram;
}

const toPair = ({ offset, length }: SpanMessage): readonly [number, number] => [offset, length];

test('C37: a bucket at position i of an offset has the index offset + i + 1, gaps of three and more are left out', () => {
  assert.deepEqual(nativeBucketsOf({ offset: 3, bucketCounts: [10, 0, 0, 0, 20, 5, 2] }, 0), {
    spans: [
      [4, 1],
      [3, 3],
    ],
    deltas: [10, 10, -15, -3],
  });
});

test('C37: a gap of one or two buckets is part of its span', () => {
  assert.deepEqual(nativeBucketsOf({ offset: -5, bucketCounts: [10, 0, 0, 20, 0, 2] }, 0), {
    spans: [[-4, 6]],
    deltas: [10, -10, 0, 20, -20, 2],
  });
});

test('C38: so many scales down, buckets are merged', () => {
  const { spans, deltas } = nativeBucketsOf({ offset: -3, bucketCounts: [1, 2, 4, 8, 16] }, 1);
  assert.deepEqual(
    [...countsIn(spans, deltas)],
    [
      [-1, 1],
      [0, 6],
      [1, 24],
    ],
  );
});

test('C37 C38: spans and deltas are the buckets of the point, whatever the offset, the gaps and the scale', () => {
  const range = fc.record({
    offset: fc.integer({ min: -100_000, max: 100_000 }),
    bucketCounts: fc.array(fc.oneof(fc.constant(0), fc.constant(0), fc.nat(1000), fc.nat(2 ** 45)), { maxLength: 160 }),
  });
  fc.assert(
    fc.property(range, fc.integer({ min: 0, max: 12 }), (buckets, scalesDown) => {
      const { spans, deltas } = nativeBucketsOf(buckets, scalesDown);
      assert.deepEqual(countsIn(spans, deltas), expectedCounts(buckets, scalesDown));
      for (const [offset] of spans.slice(1)) assert.ok(offset > 2);
      for (const [, length] of spans) assert.ok(length > 0);
    }),
    { numRuns: 1000 },
  );
});

const measured = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0.001, max: 1000, noNaN: true }),
  fc.double({ min: 2 ** -1022, noNaN: true, noDefaultInfinity: true }),
);

test('C37 C38: an exponential histogram is read as it was recorded, at scale 8 or below', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(measured, { minLength: 1, maxLength: 60 }), fc.boolean(), async (values, isNegative) => {
      const recorded = await exponential(values);
      const metric = isNegative ? withPoint(recorded, { negative: recorded.pointOf(0).positive }) : recorded;
      const point = metric.pointOf(0);
      const message = written(metric);
      assert.ok(message !== undefined);
      assert.equal(message.schema, Math.min(8, point.scale));
      assert.equal(message.zeroThreshold, 1e-128);
      assert.equal(message.zeroCount, point.zeroCount);
      assert.equal(message.sampleCount, point.count);
      assert.equal(message.sampleSum, point.sum);
      assert.deepEqual(message.createdTimestamp, { seconds: 1_700_000_000, nanos: (START_MS % 1000) * 1e6 });
      const down = point.scale - Math.min(8, point.scale);
      const positives = countsIn((message.positiveSpan ?? []).map(toPair), message.positiveDelta ?? []);
      const negatives = countsIn((message.negativeSpan ?? []).map(toPair), message.negativeDelta ?? []);
      assert.deepEqual(positives, expectedCounts(point.positive, down));
      assert.deepEqual(negatives, expectedCounts(point.negative, down));
    }),
    { numRuns: 200 },
  );
});

test('C37: an empty histogram has a span without buckets, so that it is known for a native one', async () => {
  const recorded = await exponential([0]);
  const message = written(withPoint(recorded, { count: 0, zeroCount: 0 }));
  assert.deepEqual(message?.positiveSpan, [{ offset: 0, length: 0 }]);
});

test('C3: classic buckets are beside the native ones, for a scraper that takes no native ones', async () => {
  const message = written(await exponential([0, 3, 3.5, 20]));
  assert.deepEqual(message?.bucket, [
    { cumulativeCount: 1, upperBound: 0 },
    { cumulativeCount: 1, upperBound: 2 },
    { cumulativeCount: 3, upperBound: 4 },
    { cumulativeCount: 3, upperBound: 8 },
    { cumulativeCount: 3, upperBound: 16 },
    { cumulativeCount: 4, upperBound: 32 },
  ]);
});

for (const [what, point] of [
  ['a scale below -4', { scale: -5 }],
  ['no sum', { sum: undefined }],
] as const) {
  test(`C37 C38: a point with ${what} is dropped, with a warning that names the metric`, async () => {
    const { meter, only } = createSeriesEngine(160);
    const histogram = meter.createHistogram('h');
    histogram.record(1, { a: '1' });
    histogram.record(1, { a: '2' });
    const metric = await only();
    assert.ok(metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM);
    const odd = withPoint(metric, point as Partial<ExponentialHistogram>);
    const warnings = new Set<string>();
    const body = writeBody(protobufFormat, [familyOf(odd)], (message) => warnings.add(message));
    assert.equal(body.length, 0);
    assert.deepEqual(
      [...warnings],
      [`h has exponential histograms with ${what}, which Prometheus has no form for: they are left out`],
    );
  });
}

test('C37 C38: only the points that cannot be exposed are dropped', async () => {
  const metric = await exponential([Number.MIN_VALUE, Number.MAX_VALUE], 3);
  assert.ok(metric.pointOf(0).scale < -4);
  const other = await exponential([1]);
  const families = decodeFamilies(writeBody(protobufFormat, [familyOf(metric, { metrics: [metric, other, metric] })]));
  assert.deepEqual(
    families.map((family) => family.metric.length),
    [1],
  );
});

test('C35 C45 C46: exemplars of an exponential histogram are a list by time, and the latest of each classic bucket', async () => {
  const { meter, only, clock } = createSeriesEngine(160);
  const histogram = meter.createHistogram('h');
  for (const [number, value] of [3, 3.5, 20].entries()) {
    clock.nowMs += 1000;
    within(spanOf(number + 1), () => histogram.record(value));
  }
  const metric = await only();
  assert.ok(metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM);
  const message = written(metric);
  assert.deepEqual(
    message?.exemplars?.map(({ value, timestamp, label }) => [value, timestamp.seconds, label?.[1]?.value]),
    [
      [3, 1_700_000_001, spanOf(1).spanId],
      [3.5, 1_700_000_002, spanOf(2).spanId],
      [20, 1_700_000_003, spanOf(3).spanId],
    ],
  );
  const inBuckets = message?.bucket?.map(({ upperBound, exemplar }) => [upperBound, exemplar?.value]);
  assert.deepEqual(
    inBuckets?.filter(([, value]) => value !== undefined),
    [
      [4, 3.5],
      [32, 20],
    ],
  );
});

test('in a family with classic histograms, exponential ones are classic as well', async () => {
  const explicit = createSeriesEngine(undefined, {
    views: [{ instrumentName: '*', aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM } }],
  });
  explicit.meter.createHistogram('h').record(1);
  const classic = await explicit.only();
  const native = await exponential([1]);
  const [family] = decodeFamilies(
    writeBody(protobufFormat, [familyOf(native, { metrics: [native, classic, native] })]),
  );
  assert.equal(family?.metric.length, 3);
  for (const { histogram } of family.metric) {
    assert.equal(histogram?.schema, undefined);
    assert.ok((histogram?.bucket ?? []).length > 0);
  }
});
