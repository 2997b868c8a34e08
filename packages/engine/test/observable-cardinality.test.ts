import { createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine } from './support/engine.ts';
import { fc, holds } from './support/properties.ts';

const OVERFLOW = { 'otel.metric.overflow': true };

const LIMITED = { views: [{ instrumentName: '*', aggregationCardinalityLimit: 2 }] };

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

test('of more observations than the limit allows the first ones have series, and the others are one total', async () => {
  const { meter, cumulative, delta } = createEngine(LIMITED);
  meter.createObservableCounter('i').addCallback((result) => {
    for (const id of [1, 2, 3, 4]) result.observe(id * 10, { id });
  });
  const expected = [
    [{ id: 1 }, 10],
    [{ id: 2 }, 20],
    [OVERFLOW, 70],
  ];
  assert.deepEqual(await cumulative.points(), expected);
  assert.deepEqual(await cumulative.points(), expected);
  assert.deepEqual(await delta.points(), expected);
  assert.deepEqual(
    (await delta.points()).map(([, value]) => value),
    [0, 0, 0],
  );
  assert.equal(reports.length, 1);
});

test('observations that are not there any more make room for new ones', async () => {
  const { meter, cumulative, delta } = createEngine(LIMITED);
  let ids = [1, 2];
  meter.createObservableGauge('i').addCallback((result) => {
    for (const id of ids) result.observe(id, { id });
  });
  for (const now of [[1, 2], [2, 3], [4, 5], [1]]) {
    ids = now;
    for (const reader of [cumulative, delta]) {
      const points = await reader.points();
      assert.deepEqual(
        points.map(([, value]) => Number(value)).toSorted((a, b) => a - b),
        now,
      );
    }
  }
  assert.deepEqual(reports, []);
});

test('a series that is observed goes on when others make room', async () => {
  const { meter, delta } = createEngine(LIMITED);
  let ids = [1, 2];
  meter.createObservableCounter('i').addCallback((result) => {
    for (const id of ids) result.observe(10, { id });
  });
  await delta.points();
  ids = [3, 2];
  assert.deepEqual(await delta.points(), [
    [{ id: 3 }, 10],
    [{ id: 2 }, 0],
  ]);
});

test('a series that was not observed for a while, while there was room, goes on from what was known of it', async () => {
  const { meter, delta } = createEngine(LIMITED);
  let total: number | undefined = 10;
  meter.createObservableCounter('i').addCallback((result) => {
    if (total !== undefined) result.observe(total);
  });
  assert.deepEqual(await delta.points(), [[{}, 10]]);
  total = undefined;
  assert.deepEqual(await delta.points(), []);
  total = 15;
  assert.deepEqual(await delta.points(), [[{}, 5]]);
});

test('sets that a view makes equal are one series of the limit', async () => {
  const attributesProcessors = [createAllowListAttributesProcessor(['kept'])];
  const views = [{ instrumentName: '*', attributesProcessors, aggregationCardinalityLimit: 1 }];
  const { meter, cumulative } = createEngine({ views });
  meter.createObservableGauge('i').addCallback((result) => {
    for (const id of [1, 2, 3]) result.observe(id, { id, kept: 1 });
  });
  assert.deepEqual(await cumulative.points(), [[{ kept: 1 }, 3]]);
  assert.deepEqual(reports, []);
});

test('two instruments that a view makes one stream prefer the first observations of both', async () => {
  const views = [
    { instrumentName: 'i', name: 's', aggregationCardinalityLimit: 2 },
    { instrumentName: 'j', name: 's', aggregationCardinalityLimit: 2 },
  ];
  const { meter, cumulative } = createEngine({ views });
  meter.createObservableCounter('i').addCallback((result) => {
    for (const id of [1, 2, 3]) result.observe(1, { id });
  });
  meter.createObservableCounter('j').addCallback((result) => {
    for (const id of [4, 5]) result.observe(10, { id });
  });
  const expected = [
    [{ id: 1 }, 1],
    [{ id: 2 }, 1],
    [OVERFLOW, 21],
  ];
  assert.deepEqual(await cumulative.points(), expected);
  assert.deepEqual(await cumulative.points(), expected);
});

test('whatever comes and goes, each collection has all that was observed, and overflows only beyond the limit', async () => {
  const sets = fc.array(fc.uniqueArray(fc.nat(6), { maxLength: 5 }), { maxLength: 12 });
  await holds(sets, 1000, async (collections) => {
    const views = [{ meterName: 'test', aggregationCardinalityLimit: 3 }];
    const { meter, cumulative, delta } = createEngine({ views });
    let ids: readonly number[] = [];
    meter.createObservableUpDownCounter('i').addCallback((result) => {
      for (const id of ids) result.observe(10 ** id, { id });
    });
    for (const observed of collections) {
      ids = observed;
      const points = await cumulative.points();
      assert.equal(points.length, Math.min(observed.length, 4));
      assert.equal(
        points.reduce((sum, [, value]) => sum + Number(value), 0),
        observed.reduce((sum, id) => sum + 10 ** id, 0),
      );
      assert.equal((await delta.points()).length, points.length);
    }
  });
});

test('overflowed observations are counted', async () => {
  const { meter, cumulative } = createEngine(LIMITED);
  meter.createObservableGauge('i').addCallback((result) => {
    for (const id of [1, 2, 3]) result.observe(1, { id });
  });
  await cumulative.points();
  assert.deepEqual(
    (await cumulative.self('flowmeter.engine.overflowed_measurements')).map(([attributes]) => attributes),
    [{ 'meter.name': 'test', 'instrument.name': 'i' }],
  );
});

for (const kind of ['createObservableCounter', 'createObservableUpDownCounter', 'createObservableGauge'] as const) {
  test(`each observation beyond the limit is counted (${kind})`, async () => {
    const { meter, cumulative } = createEngine(LIMITED);
    meter[kind]('i').addCallback((result) => {
      for (let id = 0; id < 10; id += 1) result.observe(1, { id });
    });
    await cumulative.points();
    for (const expected of [8, 16]) {
      assert.deepEqual(await cumulative.self('flowmeter.engine.overflowed_measurements'), [
        [{ 'meter.name': 'test', 'instrument.name': 'i' }, expected],
      ]);
    }
  });
}

test('of several observations of one set beyond the limit the last one stands', async () => {
  const { meter, cumulative, delta } = createEngine({
    views: [{ instrumentName: '*', aggregationCardinalityLimit: 1 }],
  });
  meter.createObservableCounter('i').addCallback((result) => {
    result.observe(1, { a: 0 });
    result.observe(5, { a: 1, b: Number.NaN });
    result.observe(7, { b: Number.NaN, a: 1 });
    result.observe(20, { a: 1, b: Infinity });
  });
  for (const reader of [cumulative, delta]) {
    assert.deepEqual(await reader.points(), [
      [{ a: 0 }, 1],
      [OVERFLOW, 27],
    ]);
  }
});

test('sets that JSON cannot tell apart take as many places as they are', async () => {
  const { meter, cumulative } = createEngine(LIMITED);
  let sets: readonly unknown[] = [1, 2];
  meter.createObservableGauge('i').addCallback((result) => {
    for (const a of sets) result.observe(1, { a });
  });
  await cumulative.points();
  sets = [Number.NaN, null];
  assert.deepEqual(await cumulative.points(), [
    [{ a: null }, 1],
    [{ a: Number.NaN }, 1],
  ]);
  assert.deepEqual(reports, []);
});
