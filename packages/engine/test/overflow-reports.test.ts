import type { Attributes } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine } from './support/engine.ts';

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
