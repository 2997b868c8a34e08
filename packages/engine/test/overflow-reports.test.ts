import { MeterProvider } from '@flowmeter/engine';
import type { Attributes, Counter } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine, TestReader, type TestEngine } from './support/engine.ts';
import { ManualReader } from './support/manual-reader.ts';

const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

/** A view with this limit, of everything but the engine's own metrics. */
const limitedTo = (limit: number) => ({ views: [{ meterName: 'test', aggregationCardinalityLimit: limit }] });

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

test('the first overflow is one warning, with the instrument, its limit and the attribute with the most values', () => {
  const { meter } = createEngine(limitedTo(4));
  const counter = meter.createCounter('requests');
  for (let id = 0; id < 100; id += 1) counter.add(1, { method: id % 2 === 0 ? 'GET' : 'PUT', user: id, host: 'h' });
  assert.deepEqual(reports, [
    'flowmeter: requests has reached its cardinality limit of 4; the attribute with the most distinct values is user with 4; further attribute sets are counted in otel.metric.overflow=true',
  ]);
});

test('overflowed measurements are counted by the name of the instrument', async () => {
  const { meter, cumulative } = createEngine(limitedTo(1));
  const [one, other, fine] = [meter.createCounter('one'), meter.createHistogram('other'), meter.createCounter('fine')];
  for (let id = 0; id < 6; id += 1) {
    one.add(100, { id });
    if (id < 3) other.record(100, { id });
    fine.add(1, { id: 0 });
  }
  // They are counted when something is collected.
  await cumulative.points();
  for (let turn = 0; turn < 2; turn += 1) {
    assert.deepEqual(await cumulative.self('flowmeter.engine.overflowed_measurements'), [
      [{ 'meter.name': 'test', 'instrument.name': 'one' }, 5],
      [{ 'meter.name': 'test', 'instrument.name': 'other' }, 2],
    ]);
  }
});

test('overflowed measurements are counted in the collection that reports the overflow', async () => {
  const { meter, cumulative } = createEngine(limitedTo(1));
  const counter = meter.createCounter('i');
  for (let id = 0; id < 6; id += 1) counter.add(1, { id });
  const [[, count] = []] = await cumulative.self('flowmeter.engine.overflowed_measurements');
  assert.equal(count, 5);
});

test("an overflow is told though a user's own overflow attribute came before it", async () => {
  const { meter, cumulative } = createEngine(limitedTo(1));
  const counter = meter.createCounter('i');
  counter.add(1, OVERFLOW);
  for (const id of [1, 2]) counter.add(10, { id });
  await cumulative.points();
  assert.equal(reports.length, 1);
  assert.equal((await cumulative.self('flowmeter.engine.overflowed_measurements')).length, 1);
});

/** What the self-metric says, by the name of the instrument. */
const overflowed = async ({ cumulative }: TestEngine): Promise<unknown> => {
  const points = await cumulative.self('flowmeter.engine.overflowed_measurements');
  return points.map(([attributes, count]) => [attributes['instrument.name'], count]);
};

/** Ten attribute sets, of which nine are beyond a limit of one. */
const addTen = (counter: Counter): void => {
  for (let id = 0; id < 10; id += 1) counter.add(1, { id });
};

test('what overflows of namesakes in versions of a meter is added up, with a warning of each', async () => {
  const engine = createEngine({ views: [{ instrumentName: 'c', aggregationCardinalityLimit: 1 }] });
  for (const version of ['1', '2']) addTen(engine.provider.getMeter('m', version).createCounter('c'));
  assert.deepEqual(await overflowed(engine), [['c', 18]]);
  assert.equal(reports.length, 2);
});

test('what overflows of namesakes with different units is added up, with a warning of each', async () => {
  const engine = createEngine(limitedTo(1));
  for (const unit of ['a', 'b']) addTen(engine.meter.createCounter('c', { unit }));
  assert.deepEqual(await overflowed(engine), [['c', 18]]);
  assert.equal(reports.filter((report) => report.includes('cardinality limit')).length, 2);
});

test('what overflows in several streams of one instrument is counted once, where most does', async () => {
  const views = [1, 4, 2].map((aggregationCardinalityLimit) => ({
    instrumentName: 'c',
    name: `c${aggregationCardinalityLimit}`,
    aggregationCardinalityLimit,
  }));
  const engine = createEngine({ views });
  addTen(engine.meter.createCounter('c'));
  assert.deepEqual(await overflowed(engine), [['c', 9]]);
});

test('what overflows for several readers with limits of their own is counted once', async () => {
  const readers = [1, 4].map((limit) => new ManualReader({ cardinalitySelector: () => limit }));
  const provider = new MeterProvider({ readers });
  addTen(provider.getMeter('m').createCounter('c'));
  const [cumulative] = readers.map((reader) => new TestReader(reader));
  const points = await cumulative?.self('flowmeter.engine.overflowed_measurements');
  assert.deepEqual(points, [[{ 'meter.name': 'm', 'instrument.name': 'c' }, 9]]);
});

test('an instrument that a view renames is warned of and counted by its own name', async () => {
  const engine = createEngine({ views: [{ instrumentName: 'c', name: 'd', aggregationCardinalityLimit: 1 }] });
  addTen(engine.meter.createCounter('c'));
  assert.deepEqual(await overflowed(engine), [['c', 9]]);
  assert.deepEqual(reports, [
    'flowmeter: c, which a view names "d", has reached its cardinality limit of 1; the attribute with the most distinct values is id with 1; further attribute sets are counted in otel.metric.overflow=true',
  ]);
});

test('the attribute with the most values may be one of the set that overflows', () => {
  const { meter } = createEngine(limitedTo(1));
  const counter = meter.createCounter('c');
  counter.add(1);
  counter.add(1, { a: 1 });
  assert.match(reports[0] ?? '', /the attribute with the most distinct values is a with 1;/);
});

test('of attributes with as many values the one is named that the set which overflows differs in', () => {
  const { meter } = createEngine(limitedTo(1));
  const counter = meter.createCounter('c');
  counter.add(1, { a: 1, b: 1 });
  counter.add(1, { a: 1, b: 2 });
  assert.match(reports[0] ?? '', /values is b with 1;/);
});

test('values that JSON cannot tell apart are distinct ones', () => {
  const { meter } = createEngine(limitedTo(3));
  const counter = meter.createCounter('c');
  for (const a of [Number.NaN, Infinity, null, -Infinity]) counter.add(1, { a, b: 1 });
  assert.match(reports[0] ?? '', /values is a with 3;/);
});

test('of attributes nothing is said where no set has any', () => {
  const reader = new ManualReader({ cardinalitySelector: () => 0 });
  new MeterProvider({ readers: [reader] }).getMeter('m').createCounter('c').add(1);
  assert.deepEqual(reports, [
    'flowmeter: c has reached its cardinality limit of 0; further attribute sets are counted in otel.metric.overflow=true',
  ]);
});
