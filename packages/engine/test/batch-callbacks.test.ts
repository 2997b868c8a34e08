import type { BatchObservableCallback } from '@opentelemetry/api';
import { MeterProvider as StockMeterProvider } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine, namesOf } from './support/engine.ts';

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

test('a batch callback observes its instruments in one call, until it is removed', async () => {
  const { meter, cumulative } = createEngine();
  const observables = ['i', 'j'].map((name) => meter.createObservableGauge(name));
  let calls = 0;
  const callback: BatchObservableCallback = (result) => {
    calls += 1;
    for (const observable of observables) result.observe(observable, calls);
  };
  meter.addBatchObservableCallback(callback, observables);
  meter.addBatchObservableCallback(callback, observables.toReversed());
  assert.deepEqual(await cumulative.points(), [
    [{}, 1],
    [{}, 1],
  ]);
  meter.removeBatchObservableCallback(callback, observables.toReversed());
  assert.deepEqual(await cumulative.points(), []);
});

test('a batch callback observes none but the instruments it was added with', async () => {
  const { meter, cumulative } = createEngine();
  const [known, other] = [meter.createObservableGauge('i'), meter.createObservableGauge('j')];
  meter.addBatchObservableCallback(
    (result) => {
      result.observe(other, 1);
      result.observe(known, 2);
    },
    [known],
  );
  assert.deepEqual(namesOf(await cumulative.metrics()), ['i']);
});

for (const [whose, create] of [
  ['another provider of this engine', () => createEngine().meter.createObservableGauge('j')],
  ['sdk-metrics', () => new StockMeterProvider().getMeter('m').createObservableGauge('j')],
] as const) {
  test(`an instrument of ${whose} is left out of a batch callback`, async () => {
    const { meter, cumulative } = createEngine();
    const [own, foreign] = [meter.createObservableGauge('i'), create()];
    meter.addBatchObservableCallback(
      (result) => {
        result.observe(foreign, 1);
        result.observe(own, 2);
      },
      [own, foreign],
    );
    assert.deepEqual(await cumulative.points(), [[{}, 2]]);
  });

  test(`a batch callback with nothing but an instrument of ${whose} is ignored, with an error`, async () => {
    const { meter, cumulative } = createEngine();
    let calls = 0;
    meter.addBatchObservableCallback(() => void (calls += 1), [create()]);
    await cumulative.points();
    assert.deepEqual([calls, reports.length], [0, 1]);
  });
}

test('a batch callback may observe instruments of several meters of the provider', async () => {
  const { provider, meter, cumulative } = createEngine();
  const observables = [meter.createObservableGauge('i'), provider.getMeter('other').createObservableGauge('j')];
  meter.addBatchObservableCallback((result) => {
    for (const observable of observables) result.observe(observable, 1);
  }, observables);
  assert.deepEqual(namesOf(await cumulative.metrics()), ['i', 'j']);
});
