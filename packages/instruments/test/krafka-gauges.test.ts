import { createKrafka } from '@flowmeter/instruments/krafka';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { fc } from './support/properties.ts';
import { captureReports, stopReports } from './support/reports.ts';

const NAME = 'krafka_connection_active_connections';

let reports: readonly string[] = [];
let tests = 0;

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

test('a gauge is set, counted up and down, and read', async () => {
  const { gauge, value } = freshGauge();
  gauge.set(5);
  gauge.inc();
  gauge.inc(10);
  gauge.dec();
  gauge.dec(3);
  assert.equal(gauge.get(), 12);
  assert.equal(await value(NAME), 12);
});

test('a gauge that is counted below zero stays there, and counts up from there', async () => {
  const { gauge, value } = freshGauge();
  gauge.inc();
  gauge.dec(5);
  assert.equal(gauge.get(), 0);
  gauge.inc(2);
  assert.equal(await value(NAME), 2);
});

test('a gauge that is set below zero is zero', async () => {
  const { gauge, value } = freshGauge();
  gauge.set(-7);
  assert.equal(gauge.get(), 0);
  assert.equal(await value(NAME), 0);
  assert.deepEqual(reports, []);
});

const notTaken: readonly (readonly [value: unknown, shown: string])[] = [
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  ['1', '"1"'],
  [1n, '1n'],
  [null, 'null'],
  [{}, 'an object'],
];

for (const [by, shown] of notTaken) {
  for (const verb of ['set', 'inc', 'dec'] as const) {
    test(`${verb}(${shown}) leaves a gauge as it is, and is reported`, async () => {
      const { gauge, value } = freshGauge();
      gauge.set(3);
      gauge[verb](by as number);
      gauge.inc();
      assert.equal(gauge.get(), 4);
      assert.equal(await value(NAME), 4);
      assert.equal(reports.length, 1);
      assert.match(reports[0] ?? '', new RegExp(`^flowmeter: ${NAME}: dropped .*; a gauge takes a finite number`));
    });
  }
}

test('a gauge keeps what it was before there was an SDK', async () => {
  const attributes = { test: 'before the SDK' };
  createKrafka({ attributes }).connection.recordConnect();
  const { meterProvider, value } = collectSeries();
  createKrafka({ meterProvider, attributes }).connection.recordConnect();
  assert.equal(await value(NAME), 2);
});

test('a gauge is what a number with a floor at zero is', async () => {
  const step = fc.tuple(fc.constantFrom('set', 'inc', 'dec'), fc.integer({ min: -50, max: 50 }));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { gauge, value } = freshGauge();
      let expected = 0;
      for (const [verb, by] of steps) {
        gauge[verb](by);
        expected = Math.max(0, verb === 'set' ? by : verb === 'inc' ? expected + by : expected - by);
        assert.equal(gauge.get(), expected);
      }
      assert.equal(await value(NAME), expected);
    }),
  );
});

/** A gauge of its own: one with other constant attributes than any before. */
function freshGauge() {
  const { meterProvider, value } = collectSeries();
  const krafka = createKrafka({ meterProvider, attributes: { test: `gauge ${(tests += 1)}` } });
  return { gauge: krafka.connection.activeConnections, value };
}
