import type { SeriesMetric } from '@flowmeter/engine';
import { AggregationType, DataPointType, type AggregationOption } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { spanOf, startContexts, stopContexts, within } from '../../../engine/test/support/spans.ts';
import { protobufFormat } from '../../src/exposition/protobuf/protobuf-format.ts';
import { anyText, fc } from '../support/properties.ts';
import { altered } from './support/altered.ts';
import { familyOf, writeBody } from './support/body.ts';
import {
  decodeFamilies,
  type FamilyMessage,
  type LabelMessage,
  type MetricMessage,
} from './support/metric-families.ts';
import { createSeriesEngine, type SeriesEngine } from './support/series-engine.ts';

before(startContexts);
after(stopContexts);

const STARTED = { seconds: 1_700_000_000, nanos: 123_000_000 };

/** The one family that the meter's one metric becomes. */
async function familyIn({ only }: SeriesEngine): Promise<FamilyMessage> {
  const [family, ...others] = decodeFamilies(writeBody(protobufFormat, [familyOf(await only())]));
  assert.ok(family !== undefined && others.length === 0);
  return family;
}

test('C30: a counter has its value, and when it began', async () => {
  const engine = createSeriesEngine();
  engine.meter.createCounter('c', { description: 'Help' }).add(7, { a: '1' });
  engine.clock.nowMs += 5000;
  assert.deepEqual(await familyIn(engine), {
    name: 'c',
    help: 'Help',
    type: 'COUNTER',
    metric: [{ label: [{ name: 'a', value: '1' }], counter: { value: 7, createdTimestamp: STARTED } }],
  });
});

test('a gauge and a sum that may fall are gauges', async () => {
  const engine = createSeriesEngine();
  engine.meter.createGauge('g').record(-0.5);
  engine.meter.createUpDownCounter('u').add(-3, { a: '1' });
  const families = (await engine.series()).map((metric) => familyOf(metric));
  assert.deepEqual(decodeFamilies(writeBody(protobufFormat, families)), [
    { name: 'g', type: 'GAUGE', metric: [{ gauge: { value: -0.5 } }] },
    { name: 'u', type: 'GAUGE', metric: [{ label: [{ name: 'a', value: '1' }], gauge: { value: -3 } }] },
  ]);
});

test('C2: an info is a gauge', async () => {
  const engine = createSeriesEngine();
  engine.meter.createGauge('target_info').record(1, { a: '1' });
  const [family] = decodeFamilies(writeBody(protobufFormat, [familyOf(await engine.only(), { type: 'info' })]));
  assert.deepEqual([family?.type, family?.metric[0]?.gauge], ['GAUGE', { value: 1 }]);
});

test('the unit of a family is in its message', async () => {
  const engine = createSeriesEngine();
  engine.meter.createGauge('g_seconds').record(1);
  const [family] = decodeFamilies(writeBody(protobufFormat, [familyOf(await engine.only(), { unit: 'seconds' })]));
  assert.equal(family?.unit, 'seconds');
});

test('C31 C45 C46: a counter has its latest exemplar, with the ids of trace and span and its time', async () => {
  const engine = createSeriesEngine();
  const counter = engine.meter.createCounter('c');
  within(spanOf(1), () => counter.add(1));
  engine.clock.nowMs += 1000;
  within(spanOf(2), () => counter.add(5));
  const { metric } = await familyIn(engine);
  assert.deepEqual(metric[0]?.counter, {
    value: 6,
    exemplar: {
      label: [
        { name: 'trace_id', value: spanOf(2).traceId },
        { name: 'span_id', value: spanOf(2).spanId },
      ],
      value: 5,
      timestamp: { seconds: 1_700_000_001, nanos: 123_000_000 },
    },
    createdTimestamp: STARTED,
  });
});

test('a gauge has no exemplar', async () => {
  const engine = createSeriesEngine();
  const gauge = engine.meter.createGauge('g');
  within(spanOf(1), () => gauge.record(1));
  assert.deepEqual((await familyIn(engine)).metric, [{ gauge: { value: 1 } }]);
});

test('C33 C34: a histogram has count, sum and cumulative buckets, and when it began', async () => {
  const engine = createSeriesEngine();
  const advice = { explicitBucketBoundaries: [1, 2.5] };
  const histogram = engine.meter.createHistogram('h', { advice });
  for (const value of [1, 0.5, 2, 10]) histogram.record(value, { a: '1' });
  assert.deepEqual(await familyIn(engine), {
    name: 'h',
    type: 'HISTOGRAM',
    metric: [
      {
        label: [{ name: 'a', value: '1' }],
        histogram: {
          sampleCount: 4,
          sampleSum: 13.5,
          bucket: [
            { cumulativeCount: 2, upperBound: 1 },
            { cumulativeCount: 3, upperBound: 2.5 },
          ],
          createdTimestamp: STARTED,
        },
      },
    ],
  });
});

test('C35 C45 C46: each bucket of a histogram has the latest exemplar in it, the last bucket too', async () => {
  const engine = createSeriesEngine();
  const histogram = engine.meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 2, 3] } });
  for (const [number, value] of [0.5, 1, 2.5, 50, 40].entries()) {
    engine.clock.nowMs += 1000;
    within(spanOf(number + 1), () => histogram.record(value));
  }
  const { metric } = await familyIn(engine);
  const buckets = metric[0]?.histogram?.bucket ?? [];
  assert.deepEqual(
    buckets.map(({ upperBound, cumulativeCount, exemplar }) => [
      upperBound,
      cumulativeCount,
      exemplar?.value,
      exemplar?.timestamp.seconds,
      exemplar?.label?.find(({ name }) => name === 'span_id')?.value,
    ]),
    [
      [1, 2, 1, 1_700_000_002, spanOf(2).spanId],
      [2, 2, undefined, undefined, undefined],
      [3, 3, 2.5, 1_700_000_003, spanOf(3).spanId],
      [Infinity, 5, 40, 1_700_000_005, spanOf(5).spanId],
    ],
  );
});

test('a histogram of values that may be negative has no sum', async () => {
  const aggregation: AggregationOption = {
    type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
    options: { boundaries: [0] },
  };
  const engine = createSeriesEngine(undefined, { views: [{ instrumentName: 'u', aggregation }] });
  engine.meter.createUpDownCounter('u').add(-3);
  const { metric } = await familyIn(engine);
  assert.deepEqual(metric[0]?.histogram, {
    sampleCount: 1,
    bucket: [{ cumulativeCount: 1, upperBound: 0 }],
    createdTimestamp: STARTED,
  });
});

test('a family without series is not written', async () => {
  const engine = createSeriesEngine();
  const counter = engine.meter.createCounter('c');
  counter.add(1);
  const metric = await engine.only();
  const none = altered(metric, { isShown: () => false });
  const families = decodeFamilies(writeBody(protobufFormat, [familyOf(none), familyOf(metric), familyOf(none)]));
  assert.equal(families.length, 1);
});

test('a family of 100,000 series is one message, many chunks long', async () => {
  const engine = createSeriesEngine(undefined, {
    views: [{ instrumentName: '*', aggregationCardinalityLimit: 200_000 }],
  });
  const counter = engine.meter.createCounter('c');
  for (let number = 0; number < 100_000; number += 1) counter.add(number, { number: `${number}`.padStart(80, '0') });
  const { metric } = await familyIn(engine);
  assert.equal(metric.length, 100_000);
  for (const [number, { counter: value }] of metric.entries()) assert.equal(value?.value, number);
});

const labels = fc.dictionary(
  anyText,
  anyText.map((text) => text.repeat(20)),
  { maxKeys: 3, noNullPrototype: true },
);
const measured = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
const recordings = fc.array(fc.tuple(labels, fc.array(measured, { minLength: 1, maxLength: 4 })), {
  minLength: 1,
  maxLength: 20,
});

/** As the bytes have it: text whose surrogates have partners. */
function labelsOf(attributes: Record<string, unknown>): readonly LabelMessage[] | undefined {
  const pairs = Object.entries(attributes).map(([name, value]) => ({
    name: name.toWellFormed(),
    value: String(value).toWellFormed(),
  }));
  return pairs.length === 0 ? undefined : pairs;
}

/** What is to be read of a series that began with the engine. */
function valueOf(metric: SeriesMetric, row: number): Omit<MetricMessage, 'label'> {
  if (metric.dataPointType === DataPointType.GAUGE) return { gauge: { value: metric.valueOf(row) } };
  if (metric.dataPointType === DataPointType.SUM) {
    return { counter: { value: metric.valueOf(row), createdTimestamp: STARTED } };
  }
  assert.ok(metric.dataPointType === DataPointType.HISTOGRAM);
  const cells = new Float64Array(3 + metric.boundaries.length + 1);
  metric.copy(row, cells);
  const [sum, , , ...counts] = cells;
  let count = 0;
  const bucket = Array.from(metric.boundaries, (upperBound, place) => {
    count += counts[place] ?? 0;
    return { cumulativeCount: count, upperBound };
  });
  const sampleCount = count + (counts.at(-1) ?? 0);
  return { histogram: { sampleCount, sampleSum: sum ?? NaN, bucket, createdTimestamp: STARTED } };
}

test('whatever is recorded is read again, with any text in labels and help', async () => {
  await fc.assert(
    fc.asyncProperty(recordings, anyText, async (series, description) => {
      const engine = createSeriesEngine();
      const counter = engine.meter.createCounter('c', { description });
      const gauge = engine.meter.createGauge('g', { description });
      const histogram = engine.meter.createHistogram('h', { description });
      for (const [attributes, values] of series) {
        for (const value of values) {
          counter.add(value, attributes);
          gauge.record(-value, attributes);
          histogram.record(value, attributes);
        }
      }
      const metrics = await engine.series();
      const families = decodeFamilies(
        writeBody(
          protobufFormat,
          metrics.map((metric) => familyOf(metric)),
        ),
      );
      for (const [position, metric] of metrics.entries()) {
        const family = families[position];
        assert.equal(family?.name, metric.descriptor.name);
        assert.equal(family.help ?? '', description.toWellFormed());
        for (const [row, { label, ...value }] of family.metric.entries()) {
          assert.deepEqual(label, labelsOf(metric.attributesOf(row)));
          assert.deepEqual(value, valueOf(metric, row));
        }
      }
    }),
    { numRuns: 100 },
  );
});
