import type { EngineCounter } from '@flowmeter/engine';
import { AggregationType, createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createEngine } from './support/engine.ts';
import { spanOf, startContexts, stopContexts, within } from './support/spans.ts';

const SPAN = spanOf(1);
const SET = { a: 1 };

beforeEach(startContexts);

afterEach(stopContexts);

/** How each form records 5 with {@link SET}. */
const forms: readonly (readonly [string, (counter: EngineCounter) => () => void])[] = [
  ['unbound', (counter) => () => counter.add(5, SET)],
  ['bound', (counter) => boundCall(counter.bind(SET))],
  ['positional', (counter) => positionalCall(counter.positional('a'))],
];

for (const [form, prepare] of forms) {
  test(`a measurement in a sampled span is an exemplar (${form})`, async () => {
    const { meter, cumulative, clock } = createEngine();
    const record = prepare(meter.createCounter('i'));
    within(SPAN, record);
    const [point] = await cumulative.timed();
    assert.deepEqual(point?.exemplars, [
      {
        filteredAttributes: {},
        value: 5,
        timestamp: [clock.nowMs / 1000, 0],
        traceId: SPAN.traceId,
        spanId: SPAN.spanId,
      },
    ]);
  });

  test(`a measurement in a span that is not sampled, or in none, is no exemplar (${form})`, async () => {
    const { meter, cumulative } = createEngine();
    const record = prepare(meter.createCounter('i'));
    within(spanOf(2, false), record);
    record();
    const [point] = await cumulative.timed();
    assert.deepEqual([point?.value, point?.exemplars], [10, undefined]);
    assert.equal(Object.hasOwn((await cumulative.metrics())[0]?.dataPoints[0] ?? {}, 'exemplars'), false);
  });
}

test('of a counter the latest exemplar stays, whatever is recorded without a span after it', async () => {
  const { meter, cumulative, clock } = createEngine();
  const counter = meter.createCounter('i');
  for (const number of [1, 2, 3]) {
    clock.nowMs += 1000;
    within(spanOf(number), () => counter.add(number));
  }
  clock.nowMs += 1000;
  counter.add(10);
  for (let turn = 0; turn < 2; turn += 1) {
    const [point] = await cumulative.timed();
    assert.deepEqual(
      point?.exemplars?.map(({ spanId, value, timestamp }) => [spanId, value, timestamp]),
      [[spanOf(3).spanId, 3, [clock.nowMs / 1000 - 1, 0]]],
    );
  }
});

test('of a histogram the latest exemplar of each bucket stays, in the order of the buckets', async () => {
  const { meter, cumulative } = createEngine();
  const histogram = meter.createHistogram('i', { advice: { explicitBucketBoundaries: [10, 20] } });
  const bound = histogram.bind();
  for (const [index, value] of [25, 5, 7, 10, 30].entries()) {
    within(spanOf(index + 1), () => (index % 2 === 0 ? bound.record(value) : histogram.record(value)));
  }
  const [point] = await cumulative.timed();
  assert.deepEqual(
    point?.exemplars?.map(({ spanId, value }) => [spanId, value]),
    [
      [spanOf(4).spanId, 10],
      [spanOf(5).spanId, 30],
    ],
  );
});

test('an exponential histogram has some twenty exemplars a series at most', async () => {
  const aggregation = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', aggregation }] });
  const histogram = meter.createHistogram('i');
  for (let value = 1; value <= 100; value += 1) within(SPAN, () => histogram.record(value));
  const [point] = await cumulative.timed();
  assert.equal(point?.exemplars?.length, 20);
});

test('an exemplar has the attributes that a view leaves out', async () => {
  const attributesProcessors = [createAllowListAttributesProcessor(['kept'])];
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', attributesProcessors }] });
  const counter = meter.createCounter('i');
  const attributes = { kept: 1, left: 'x', out: [2] };
  const record = counter.bind(attributes);
  const byPosition = counter.positional('kept', 'left', 'out');
  for (const measure of [() => counter.add(1, attributes), () => record.add(1), () => byPosition(1, 'x', [2], 1)]) {
    within(SPAN, measure);
    const [point] = await cumulative.timed();
    assert.deepEqual(point?.attributes, { kept: 1 });
    assert.deepEqual(point?.exemplars?.[0]?.filteredAttributes, { left: 'x', out: [2] });
  }
});

test('an exemplar of the overflow point has all attributes of its measurement', async () => {
  const { meter, cumulative } = createEngine({ views: [{ instrumentName: 'i', aggregationCardinalityLimit: 1 }] });
  const counter = meter.createCounter('i');
  within(SPAN, () => {
    counter.add(1, { id: 1 });
    counter.add(1, { id: 2, other: 'x' });
  });
  const points = await cumulative.timed();
  assert.deepEqual(
    points.map(({ exemplars }) => exemplars?.[0]?.filteredAttributes),
    [{}, { id: 2, other: 'x' }],
  );
});

test('every stream of an instrument takes exemplars', async () => {
  const views = [
    { instrumentName: 'i', name: 'j' },
    { instrumentName: 'i', name: 'k' },
  ];
  const { meter, cumulative } = createEngine({ views });
  const counter = meter.createCounter('i');
  within(SPAN, () => counter.bind().add(1));
  assert.deepEqual(
    (await cumulative.timed()).map(({ exemplars }) => exemplars?.length),
    [1, 1],
  );
});

test('a series that begins anew has no exemplar of the one before', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  within(SPAN, () => counter.add(1, SET));
  counter.remove(SET);
  counter.add(1, SET);
  assert.equal((await cumulative.timed())[0]?.exemplars, undefined);
});

test('a measurement that is dropped is no exemplar', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  counter.add(1);
  within(SPAN, () => counter.add(Number.NaN));
  assert.equal((await cumulative.timed())[0]?.exemplars, undefined);
});

function boundCall(instrument: ReturnType<EngineCounter['bind']>): () => void {
  return () => instrument.add(5);
}

function positionalCall(call: ReturnType<EngineCounter['positional']>): () => void {
  return () => call(1, 5);
}
