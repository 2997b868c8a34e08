import { AggregationType, type AggregationOption } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from './support/engine.ts';

const aggregations: readonly (readonly [AggregationOption, unknown])[] = [
  [{ type: AggregationType.DEFAULT }, 9],
  [{ type: AggregationType.SUM }, 9],
  [{ type: AggregationType.LAST_VALUE }, 5],
  [
    { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [4] } },
    { sum: 9, min: 4, max: 5, counts: [1, 1] },
  ],
  [
    {
      type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
      options: { boundaries: [-Infinity, 4, Infinity], recordMinMax: false },
    },
    { sum: 9, min: undefined, max: undefined, counts: [1, 1] },
  ],
  [
    { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 2 } },
    { sum: 9, min: 4, max: 5, count: 2, scale: 1 },
  ],
];

for (const [aggregation, expected] of aggregations) {
  test(`a view aggregates as ${JSON.stringify(aggregation)}`, async () => {
    const { meter, cumulative, delta } = createEngine({ views: [{ instrumentName: 'i', aggregation }] });
    const counter = meter.createCounter('i');
    for (const value of [4, 5]) counter.add(value);
    assert.deepEqual(await cumulative.points(), [[{}, expected]]);
    assert.deepEqual(await delta.points(), [[{}, expected]]);
  });
}

test('a view that drops makes no metric, and the instrument is not enabled', async () => {
  const { meter, cumulative } = createEngine({
    views: [{ instrumentName: 'i', aggregation: { type: AggregationType.DROP } }],
  });
  const counter = meter.createCounter('i');
  const bound = counter.bind();
  counter.add(1);
  bound.add(1);
  assert.deepEqual([counter.enabled(), bound.enabled()], [false, false]);
  assert.deepEqual(await cumulative.metrics(), []);
});

test('an instrument is enabled as long as one of its views does not drop it', async () => {
  const views = [
    { instrumentName: 'i', aggregation: { type: AggregationType.DROP } },
    { instrumentName: '*' },
  ] as const;
  const { meter, cumulative } = createEngine({ views: [...views] });
  const counter = meter.createCounter('i');
  counter.add(1);
  assert.equal(counter.enabled(), true);
  assert.deepEqual(await cumulative.points(), [[{}, 1]]);
});

for (const [what, aggregation, counts] of [
  ['leaves the aggregation to others', undefined, [0, 1, 0]],
  ['asks for the default aggregation', { type: AggregationType.DEFAULT }, [0, 1, 0]],
  [
    'asks for a histogram',
    { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM },
    [0, 1, ...Array.from({ length: 14 }, () => 0)],
  ],
] as const) {
  test(`advised boundaries under a view that ${what} are ${counts.length === 3 ? 'used' : 'ignored'}`, async () => {
    const view = { instrumentName: 'i', ...(aggregation === undefined ? {} : { aggregation }) };
    const { meter, cumulative } = createEngine({ views: [view] });
    meter.createHistogram('i', { advice: { explicitBucketBoundaries: [2, 10] } }).record(5);
    assert.deepEqual(await cumulative.points(), [[{}, { sum: 5, min: 5, max: 5, counts }]]);
  });
}
