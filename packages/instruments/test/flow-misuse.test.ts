import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createRoboflow } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { fc } from './support/properties.ts';
import { captureReports, stopReports } from './support/reports.ts';

/** What a call may be given as attributes and options by code that no compiler has seen. */
const anything = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true }),
  fc.constantFrom(new Proxy({}, { ownKeys: () => fail(), get: () => fail() }), Symbol('any'), () => {}),
) as fc.Arbitrary<never>;

const { meterProvider } = collectSeries();
const roboflow = createRoboflow({ meterProvider });
const conveyor = createConveyor({ meterProvider });

before(captureReports);
after(stopReports);

const calls: Readonly<Record<string, (attributes: never, result: unknown, options: never) => unknown>> = {
  'roboflow.episode': (attributes, result) => roboflow.episode(attributes, () => result),
  'roboflow.encode': (attributes, result) => roboflow.encode(attributes, () => result),
  'roboflow.upload': (attributes, result) => roboflow.upload(attributes, () => result),
  'roboflow.reading': (attributes, result) => (roboflow.reading(attributes, Buffer.alloc(1)), result),
  'roboflow.writing': (attributes, result) => (roboflow.writing(attributes, Buffer.alloc(1)), result),
  'conveyor.source': (attributes, result) => conveyor.source(attributes).batch([], () => result),
  'conveyor.stage': (attributes, result) => conveyor.stage(attributes).batch([], () => result),
  'conveyor.sink': (attributes, result, options) => conveyor.sink(attributes, options).batch([1], () => result),
  'conveyor.buffer': (attributes, result) => (conveyor.buffer(attributes, [0], { capacity: 1 }).push(1), result),
};

for (const [name, call] of Object.entries(calls)) {
  test(`${name} gives back what it should, whatever its attributes are`, () => {
    fc.assert(
      fc.property(anything, anything, (attributes, options) => {
        const result = { any: 'result' };
        assert.equal(call(attributes, result, options), result);
      }),
      { numRuns: 200 },
    );
  });
}

test('a buffer that is none comes back as it is', () => {
  for (const value of [undefined, null, 5, 'text']) {
    assert.equal(conveyor.buffer({ stage_id: 'filter' }, value as never, { capacity: 1 }), value);
  }
});

function fail(): never {
  throw new Error('not readable');
}
