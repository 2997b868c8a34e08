import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createDeltaforge } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { captureReports, stopReports } from './support/reports.ts';

const NAME = 'conveyor_router_records_routed';

/** The values that an attribute is given, what is recorded of each, and what is said about it. */
const values: readonly (readonly [value: unknown, recorded: string | undefined, said: string | undefined])[] = [
  [5, '5', '5, not a string, and was converted to a string'],
  [Number.NaN, 'NaN', 'NaN, not a string, and was converted to a string'],
  [true, 'true', 'true, not a string, and was converted to a string'],
  [5n, '5', '5n, not a string, and was converted to a string'],
  [null, undefined, 'null, not a string, and was left out'],
  [{ id: 's' }, undefined, 'an object, not a string, and was left out'],
  [['s'], undefined, 'an object, not a string, and was left out'],
  [new String('s'), undefined, 'an object, not a string, and was left out'],
  [Symbol('s'), undefined, 'Symbol(s), not a string, and was left out'],
  [() => 's', undefined, 'a function, not a string, and was left out'],
  [undefined, undefined, 'undefined, not a string, and was left out'],
  ['', '', undefined],
];

/** What is given in the place of the attributes, and how a report shows it. */
const noObjects: readonly (readonly [attributes: unknown, shown: string])[] = [
  [null, 'null'],
  ['pipeline', '"pipeline"'],
  [7, '7'],
  [7n, '7n'],
  [false, 'false'],
  [Symbol('p'), 'Symbol(p)'],
  [() => ({ pipeline_id: 'p' }), 'a function'],
];

/** Attributes that throw when they are looked at, and what a report says was thrown. */
const throwing: readonly (readonly [title: string, attributes: object, thrown: string])[] = [
  ['a getter that throws', getter(new Error('not now')), 'Error: not now'],
  ['a getter that throws a string', getter('not now'), 'not now'],
  ['a getter that throws undefined', getter(undefined), 'undefined'],
  ['a getter that throws what has no text', getter(Object.create(null)), 'an object'],
  [
    'a proxy that throws when its keys are listed',
    new Proxy({}, { ownKeys: () => fail(new Error('no keys')) }),
    'Error: no keys',
  ],
  [
    'a proxy that throws when a value is read',
    new Proxy({ pipeline_id: 'p' }, { get: () => fail(new Error('no value')) }),
    'Error: no value',
  ],
];

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

for (const [value, recorded, said] of values) {
  const outcome = recorded === undefined ? 'is left out' : `is recorded as ${JSON.stringify(recorded)}`;
  test(`an attribute of ${typeof value} ${said?.split(',')[0] ?? String(value)} ${outcome}`, async () => {
    const attributes = { pipeline_id: 'p', stage_id: value };
    assert.deepEqual(await recordedWith(attributes, [attributes.pipeline_id, value]), [
      { attributes: { pipeline_id: 'p', ...(recorded === undefined ? {} : { stage_id: recorded }) }, value: 6 },
    ]);
    const expected = `flowmeter: ${NAME}: attribute stage_id is ${said} (reported once)`;
    assert.deepEqual(reports, said === undefined ? [] : [expected]);
  });
}

test('an attribute that may be left out is left out by undefined as well, without a report', async () => {
  const { meterProvider, series } = collectSeries();
  const { sinkBytes } = createDeltaforge({ meterProvider });
  sinkBytes.add(1, { pipeline: 'p', sink: 's', table: undefined as never });
  assert.deepEqual(await series('deltaforge_sink_bytes'), [{ attributes: { pipeline: 'p', sink: 's' }, value: 1 }]);
  assert.deepEqual(reports, []);
});

test('a measurement without any of its attributes is kept, and the missing one is named', async () => {
  assert.deepEqual(await recordedWith(undefined), [{ attributes: {}, value: 3 }]);
  assert.deepEqual(reports, [`flowmeter: ${NAME}: attribute pipeline_id is missing (reported once)`]);
});

for (const [attributes, shown] of noObjects) {
  test(`a measurement with ${shown} for attributes is kept without any`, async () => {
    assert.deepEqual(await recordedWith(attributes), [{ attributes: {}, value: 3 }]);
    const expected = `flowmeter: ${NAME}: left out attributes that are ${shown}, not an object (reported once)`;
    assert.deepEqual(reports, [expected]);
  });
}

for (const [title, attributes, thrown] of throwing) {
  test(`a measurement with ${title} is kept without attributes`, async () => {
    assert.deepEqual(await recordedWith(attributes), [{ attributes: {}, value: 3 }]);
    const expected = `flowmeter: ${NAME}: left out attributes that cannot be read: ${thrown} (reported once)`;
    assert.deepEqual(reports, [expected]);
  });
}

test('a measurement whose attributes cannot be read keeps the constant ones', async () => {
  const { meterProvider, series } = collectSeries();
  const { recordsRouted } = createConveyor({ meterProvider, attributes: { tenant: 'acme' } });
  recordsRouted.add(1, getter(new Error('not now')) as never);
  assert.deepEqual(await series(NAME), [{ attributes: { tenant: 'acme' }, value: 1 }]);
});

test('a value and an attribute that are both wrong are two causes', () => {
  const { recordsRouted } = createConveyor(collectSeries());
  for (let call = 0; call < 3; call += 1) {
    recordsRouted.add(Number.NaN, { pipeline_id: 'p', stage_id: 's' });
    recordsRouted.add(1, { pipeline_id: 'p', stage_id: 7 as never });
  }
  assert.equal(reports.length, 2);
});

test('constant attributes that are no strings are converted or left out as well', async () => {
  const { meterProvider, series } = collectSeries();
  const attributes = { shard: 7, zone: null } as unknown as Record<'shard' | 'zone', string>;
  createConveyor({ meterProvider, attributes }).raftTerm.record(1);
  assert.deepEqual(await series('conveyor_router_raft_term'), [{ attributes: { shard: '7' }, value: 1 }]);
});

/** Records 1 with the attributes and 2 through a handle bound to them; if given, 3 with positional labels. */
async function recordedWith(attributes: unknown, labels?: readonly unknown[]) {
  const { meterProvider, series } = collectSeries();
  const { recordsRouted, recordRecordsRouted } = createConveyor({ meterProvider });
  recordsRouted.add(1, attributes as never);
  recordsRouted.bind(attributes as never).add(2);
  if (labels !== undefined) recordRecordsRouted(...(labels as [string, string]), 3);
  return series(NAME);
}

function getter(thrown: unknown): object {
  return Object.defineProperty({}, 'pipeline_id', { enumerable: true, get: () => fail(thrown) });
}

function fail(thrown: unknown): never {
  throw thrown;
}
