import type { ViewOptions } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { captureReports, stopReports } from '../../instruments/test/support/reports.ts';
import { createEngine, namesOf } from './support/engine.ts';

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

const thrown: readonly (readonly [string, unknown])[] = [
  ['an error', new Error('no')],
  ['text', 'no'],
  ['undefined', undefined],
  ['an object that cannot be written', Object.create(null)],
  ['an error whose message cannot be written', Object.assign(new Error(), { message: Symbol('no') })],
];

for (const [what, error] of thrown) {
  test(`a processor that throws ${what} costs its own measurements, and not those of other views`, async () => {
    const process = (incoming: Attributes): Attributes => {
      if (incoming['bad'] === true) throw error;
      return incoming;
    };
    const views = [
      { instrumentName: 'i', attributesProcessors: [{ process }] },
      { instrumentName: 'i', name: 'other' },
    ];
    const { meter, cumulative } = createEngine({ views });
    const counter = meter.createCounter('i');
    for (const bad of [true, false]) {
      counter.add(1, { bad });
      counter.bind({ bad }).add(1);
      counter.positional('bad')(bad, 1);
    }
    counter.remove({ bad: true, other: 1 });
    assert.deepEqual(await cumulative.points(), [
      [{ bad: false }, 3],
      [{ bad: true }, 3],
      [{ bad: false }, 3],
    ]);
    assert.equal(reports.filter((report) => report.includes('dropped')).length, 1, reports.join('\n'));
    assert.deepEqual(
      (await cumulative.self('flowmeter.engine.dropped_measurements')).map(([attributes]) => attributes),
      [{ 'meter.name': 'test', 'instrument.name': 'i', reason: 'attributes_processor' }],
    );
  });
}

test('a processor that throws when observations are read costs no other metric', async () => {
  const process = (): Attributes => {
    throw new Error('no');
  };
  const views = [{ instrumentName: 'i', attributesProcessors: [{ process }] }];
  const { meter, cumulative } = createEngine({ views });
  meter.createObservableGauge('i').addCallback((result) => result.observe(1));
  meter.createCounter('j').add(1);
  assert.deepEqual(namesOf(await cumulative.metrics()), ['j']);
});

test('a handle that was bound while a processor threw drops and counts each measurement, and not the binding', async () => {
  const { meter, cumulative } = createEngine({ views: [failingWhile(() => true)] });
  const bound = meter.createCounter('i').bind({ a: 1 });
  assert.deepEqual(await cumulative.self('flowmeter.engine.dropped_measurements'), []);
  for (let call = 0; call < 5; call += 1) bound.add(1);
  bound.add(Number.NaN);
  bound.remove();
  await cumulative.points();
  assert.deepEqual(
    (await cumulative.self('flowmeter.engine.dropped_measurements')).map(([{ reason }, count]) => [reason, count]),
    [
      ['attributes_processor', 5],
      ['not_finite', 1],
    ],
  );
});

test('a handle that was bound while a processor threw records as soon as it does not, with its attributes as bound', async () => {
  let isFailing = true;
  let calls = 0;
  const views = [failingWhile(() => (calls += 1) > 0 && isFailing), { instrumentName: 'i', name: 'other' }];
  const { meter, cumulative } = createEngine({ views });
  const attributes = { a: 1 };
  const bound = meter.createHistogram('i', { advice: { explicitBucketBoundaries: [] } }).bind(attributes);
  attributes.a = 2;
  bound.record(1);
  isFailing = false;
  for (const value of [10, 100]) bound.record(value);
  assert.deepEqual(
    (await cumulative.points()).map(([own, value]) => [own, typeof value === 'number' ? value : value.sum]),
    [
      [{ a: 1 }, 110],
      [{ a: 1 }, 111],
    ],
  );
  // When it was bound, with the first measurement, and with the second.
  assert.equal(calls, 3);
});

/** A view of `i` whose processor throws as long as it is told. */
function failingWhile(isFailing: () => boolean): ViewOptions {
  const process = (incoming: Attributes): Attributes => {
    if (isFailing()) throw new Error('no');
    return incoming;
  };
  return { instrumentName: 'i', attributesProcessors: [{ process }] };
}
