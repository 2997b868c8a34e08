import { returnUndelivered } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import { AggregationType, type AggregationOption } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, type TestReader } from './support/engine.ts';

/** Each aggregation, what 3 and 4 come to, and what 3 alone does. */
const aggregations: readonly (readonly [string, AggregationOption, both: unknown, first: unknown])[] = [
  ['a sum', { type: AggregationType.SUM }, 7, 3],
  ['a last value', { type: AggregationType.LAST_VALUE }, 4, 3],
  [
    'an explicit histogram',
    { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [10] } },
    { sum: 7, min: 3, max: 4, counts: [2, 0] },
    { sum: 3, min: 3, max: 3, counts: [1, 0] },
  ],
  [
    'an exponential histogram',
    { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 2 } },
    { sum: 7, min: 3, max: 4, count: 2, scale: 2 },
    { sum: 3, min: 3, max: 3, count: 1, scale: 20 },
  ],
];

for (const [what, aggregation, both, first] of aggregations) {
  test(`what was lost of ${what} that was removed since comes with the next delta`, async () => {
    const { meter, cumulative, delta } = createEngine({ views: [{ instrumentName: 'i', aggregation }] });
    const counter = meter.createCounter('i');
    counter.add(3, { a: 1 });
    const { resourceMetrics } = await delta.reader.collect();
    counter.remove({ a: 1 });
    returnUndelivered(resourceMetrics);
    assert.deepEqual(await cumulative.points(), []);
    assert.deepEqual(await delta.points(), [[{ a: 1 }, first]]);
    assert.deepEqual(await delta.points(), []);
  });

  test(`what was lost of ${what} that was removed and began anew comes in one point with the new`, async () => {
    const { meter, cumulative, delta } = createEngine({ views: [{ instrumentName: 'i', aggregation }] });
    const counter = meter.createCounter('i');
    counter.add(3, { a: 1 });
    const { resourceMetrics } = await delta.reader.collect();
    counter.remove({ a: 1 });
    counter.add(4, { a: 1 });
    returnUndelivered(resourceMetrics);
    assert.deepEqual(
      (await cumulative.points()).map(([attributes]) => attributes),
      [{ a: 1 }],
    );
    assert.deepEqual(await delta.points(), [[{ a: 1 }, both]]);
  });

  test(`what was lost of ${what} whose place another series has taken comes with its own attributes`, async () => {
    const views = [{ instrumentName: 'i', aggregation, aggregationCardinalityLimit: 1 }];
    const { meter, delta, cumulative } = createEngine({ views });
    const counter = meter.createCounter('i');
    counter.add(3, { id: 1 });
    const { resourceMetrics } = await delta.reader.collect();
    counter.remove({ id: 1 });
    counter.add(3, { id: 2 });
    returnUndelivered(resourceMetrics);
    assert.deepEqual(await cumulative.points(), [[{ id: 2 }, first]]);
    assert.deepEqual(byId(await delta.points()), [
      [{ id: 1 }, first],
      [{ id: 2 }, first],
    ]);
  });
}

/** Observables whose series come and go under a limit of one. */
for (const kind of ['createObservableCounter', 'createObservableGauge', 'createObservableUpDownCounter'] as const) {
  test(`losing a delta of ${kind} takes no place of the limit for ever`, async () => {
    const { meter, delta } = createEngine({ views: [{ instrumentName: 'i', aggregationCardinalityLimit: 1 }] });
    let id = 1;
    meter[kind]('i').addCallback((result) => result.observe(5, { id }));
    for (id = 1; id <= 5; id += 1) {
      const { resourceMetrics } = await delta.reader.collect();
      const [point] = resourceMetrics.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
      assert.deepEqual(point?.attributes, { id });
      returnUndelivered(resourceMetrics);
    }
  });

  test(`a delta of ${kind} that is given back after its series made room takes no place of the limit`, async () => {
    const { meter, delta } = createEngine({ views: [{ instrumentName: 'i', aggregationCardinalityLimit: 1 }] });
    let id = 1;
    meter[kind]('i').addCallback((result) => result.observe(5, { id }));
    const { resourceMetrics } = await delta.reader.collect();
    for (id = 2; id <= 5; id += 1) {
      assert.deepEqual(await attributesOf(delta), [{ id }]);
      returnUndelivered(resourceMetrics);
    }
  });
}

test('two delta readers owe each other nothing, whichever gives back', async () => {
  const { provider, delta } = createEngine();
  const counter = provider.getMeter('m').createCounter('i');
  counter.add(1);
  returnUndelivered((await delta.reader.collect()).resourceMetrics);
  counter.remove();
  counter.add(10);
  assert.deepEqual(await delta.points(), [[{}, 11]]);
  assert.deepEqual(await delta.points(), []);
});

test('what was lost of the overflow point comes with the next delta', async () => {
  const { meter, delta } = createEngine({ views: [{ instrumentName: 'i', aggregationCardinalityLimit: 1 }] });
  const counter = meter.createCounter('i');
  for (const id of [1, 2, 3]) counter.add(id, { id });
  returnUndelivered((await delta.reader.collect()).resourceMetrics);
  counter.add(10, { id: 4 });
  assert.deepEqual(await delta.points(), [
    [{ id: 1 }, 1],
    [{ 'otel.metric.overflow': true }, 15],
  ]);
});

async function attributesOf(reader: TestReader): Promise<readonly Attributes[]> {
  return (await reader.points()).map(([attributes]) => attributes);
}

function byId<Point extends readonly [Attributes, unknown]>(points: readonly Point[]): readonly Point[] {
  return points.toSorted(([a], [b]) => Number(a['id']) - Number(b['id']));
}
