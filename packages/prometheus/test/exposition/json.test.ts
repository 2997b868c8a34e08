import { DataPointType, type ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonFormat } from '../../src/exposition/json/json-format.ts';
import { anyText, fc } from '../support/properties.ts';
import { altered } from './support/altered.ts';
import { familyOf, writeBody } from './support/body.ts';
import { createSeriesEngine, type SeriesEngine } from './support/series-engine.ts';

async function bodyOf({ series }: SeriesEngine): Promise<unknown> {
  const families = (await series()).map((metric) => familyOf(metric));
  return JSON.parse(writeBody(jsonFormat, families).toString());
}

test('each series is an object with name, type, help, labels and value, in this order', async () => {
  const engine = createSeriesEngine();
  const counter = engine.meter.createCounter('krafka_producer_records_sent', { description: 'Total records sent' });
  counter.add(1);
  counter.add(2, { topic: 'a' });
  engine.meter.createGauge('g').record(-0.5);
  const families = (await engine.series()).map((metric) => familyOf(metric));
  assert.equal(
    writeBody(jsonFormat, families).toString(),
    `[
{"name":"krafka_producer_records_sent","type":"counter","help":"Total records sent","labels":{},"value":1},
{"name":"krafka_producer_records_sent","type":"counter","help":"Total records sent","labels":{"topic":"a"},"value":2},
{"name":"g","type":"gauge","help":"","labels":{},"value":-0.5}
]
`,
  );
});

test('without series there is an empty array', () => {
  assert.deepEqual(JSON.parse(writeBody(jsonFormat, []).toString()), []);
});

test('the unit is there where the name ends with one', async () => {
  const engine = createSeriesEngine();
  engine.meter.createGauge('g_seconds').record(1);
  const body = writeBody(jsonFormat, [familyOf(await engine.only(), { unit: 'seconds' })]);
  assert.deepEqual(JSON.parse(body.toString()), [
    { name: 'g_seconds', type: 'gauge', help: '', unit: 'seconds', labels: {}, value: 1 },
  ]);
});

test('a histogram has count, sum, min, max, average and cumulative buckets', async () => {
  const engine = createSeriesEngine();
  const histogram = engine.meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 2.5] } });
  for (const value of [1, 0.5, 2, 10]) histogram.record(value, { a: '1' });
  assert.deepEqual(await bodyOf(engine), [
    {
      name: 'h',
      type: 'histogram',
      help: '',
      labels: { a: '1' },
      count: 4,
      sum: 13.5,
      min: 0.5,
      max: 10,
      avg: 3.375,
      buckets: [
        { le: 1, count: 2 },
        { le: 2.5, count: 3 },
        { le: '+Inf', count: 4 },
      ],
    },
  ]);
});

test('of a histogram without values, average, smallest and largest are null', async () => {
  const engine = createSeriesEngine();
  engine.meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } }).record(1);
  const metric = await engine.only();
  assert.ok(metric.dataPointType === DataPointType.HISTOGRAM);
  const empty = altered(metric, { copy: (_, into) => into.set([0, Infinity, -Infinity, 0, 0]) });
  const [series] = JSON.parse(writeBody(jsonFormat, [familyOf(empty)]).toString()) as Record<string, unknown>[];
  assert.deepEqual([series?.count, series?.sum, series?.min, series?.max, series?.avg], [0, 0, null, null, null]);
});

test('C3: an exponential histogram has classic buckets, and its scale and the count of zeros', async () => {
  const engine = createSeriesEngine(160);
  const histogram = engine.meter.createHistogram('h');
  for (const value of [0, 3, 20]) histogram.record(value);
  const metric = await engine.only();
  assert.ok(metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM);
  assert.deepEqual(await bodyOf(engine), [
    {
      name: 'h',
      type: 'histogram',
      help: '',
      labels: {},
      count: 3,
      sum: 23,
      min: 0,
      max: 20,
      avg: 23 / 3,
      scale: metric.pointOf(0).scale,
      zero_count: 1,
      buckets: [
        { le: 0, count: 1 },
        { le: 2, count: 1 },
        { le: 4, count: 2 },
        { le: 8, count: 2 },
        { le: 16, count: 2 },
        { le: 32, count: 3 },
        { le: '+Inf', count: 3 },
      ],
    },
  ]);
});

test('of a histogram without a sum, sum and average are null', async () => {
  const engine = createSeriesEngine(160);
  engine.meter.createHistogram('h').record(1);
  const metric = await engine.only();
  assert.ok(metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM);
  const pointOf = (row: number) => ({ ...metric.pointOf(row), sum: undefined }) as unknown as ExponentialHistogram;
  const [series] = JSON.parse(writeBody(jsonFormat, [familyOf(altered(metric, { pointOf }))]).toString()) as Record<
    string,
    unknown
  >[];
  assert.deepEqual([series?.sum, series?.avg, series?.min], [null, null, 1]);
});

for (const [value, text] of [
  [NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
] as const) {
  test(`${text}, which JSON does not have, is text`, async () => {
    const engine = createSeriesEngine();
    engine.meter.createGauge('g').record(1);
    const metric = await engine.only();
    const odd = altered(metric, { valueOf: () => value });
    const [series] = JSON.parse(writeBody(jsonFormat, [familyOf(odd)]).toString()) as Record<string, unknown>[];
    assert.equal(series?.value, text);
  });
}

test('JSON.parse reads what was recorded, with any text in names, help and labels', async () => {
  const labels = fc.dictionary(anyText, anyText, { maxKeys: 3, noNullPrototype: true });
  const recordings = fc.array(fc.tuple(labels, fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(recordings, anyText, anyText, async (recorded, help, sample) => {
      const engine = createSeriesEngine();
      const gauge = engine.meter.createGauge('g');
      gauge.record(1, { __proto__x: 'y' });
      for (const [attributes, value] of recorded) gauge.record(value, attributes);
      const metric = await engine.only();
      const body: unknown = JSON.parse(writeBody(jsonFormat, [familyOf(metric, { help, sample })]).toString());
      const expected = Array.from({ length: metric.rowCount }, (_, row) => ({
        name: sample,
        type: 'gauge',
        help,
        labels: { ...metric.attributesOf(row) },
        value: 'valueOf' in metric ? (metric as { valueOf(row: number): number }).valueOf(row) : undefined,
      }));
      assert.deepEqual(body, expected);
    }),
    { numRuns: 200 },
  );
});

test('a label of the name __proto__ is one as any other', () => {
  const encoded = Buffer.from(jsonFormat.encodeLabels([['__proto__', 'a']])).toString();
  assert.equal(encoded, '{"__proto__":"a"}');
});
