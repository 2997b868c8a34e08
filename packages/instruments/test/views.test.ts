import { instrumentSets, views } from '@flowmeter/instruments';
import { conveyorSet, createConveyor } from '@flowmeter/instruments/conveyor';
import { createDeltaforge, deltaforgeSet } from '@flowmeter/instruments/deltaforge';
import { createKrafka } from '@flowmeter/instruments/krafka';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectSeries, type Series } from './support/collected-series.ts';
import { copyOfPackage } from './support/package-copies.ts';

/** Which keys are constant is known to the whole process, so each test has a constant key of its own. */
const UNDECLARED = { source_id: 's', session: 'x' } as { source_id: string };

// What `views` returns is what sdk-metrics takes: the compiler says so here.
const allViews: ViewOptions[] = instrumentSets.flatMap(views);

test('every instrument of every set has one view, for its scope and name', () => {
  assert.deepEqual(
    allViews.map(({ meterName, instrumentName }) => [meterName, instrumentName]),
    instrumentSets.flatMap(({ scope, definitions }) => Object.values(definitions).map(({ name }) => [scope, name])),
  );
});

test('no view renames or describes anew', () => {
  for (const view of allViews) assert.deepEqual([view.name, view.description], [undefined, undefined]);
});

test("a view has its histogram's boundaries, for whoever creates the histogram", async () => {
  const { meterProvider, value } = collectSeries(allViews);
  meterProvider.getMeter('deltaforge').createHistogram('deltaforge_batch_events').record(7);
  const recorded = await value('deltaforge_batch_events');
  assert.deepEqual(typeof recorded === 'object' && recorded.boundaries, [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2000]);
});

test('boundaries handed to the SDK are copies: changing them changes no definition', () => {
  const before = structuredClone(deltaforgeSet.definitions.batchEvents.boundaries);
  for (const { aggregation } of views(deltaforgeSet)) aggregation?.options.boundaries.reverse();
  assert.deepEqual(deltaforgeSet.definitions.batchEvents.boundaries, before);
});

test('an attribute that was not declared is dropped, and its measurements come together', async () => {
  const { meterProvider, series } = collectSeries(allViews);
  const { recordsReceived } = createConveyor({ meterProvider });
  recordsReceived.add(1, UNDECLARED);
  recordsReceived.add(2, { source_id: 's' });
  assert.deepEqual(await series('conveyor_router_records_received'), only({ source_id: 's' }, 3));
});

test('without views an attribute that was not declared is kept', async () => {
  const { meterProvider, series } = collectSeries();
  createConveyor({ meterProvider }).recordsReceived.add(1, UNDECLARED);
  assert.deepEqual(await series('conveyor_router_records_received'), only({ source_id: 's', session: 'x' }, 1));
});

test('an optional attribute is let through', async () => {
  const { meterProvider, series } = collectSeries(allViews);
  const attributes = { pipeline: 'p', sink: 's', table: 't' };
  createDeltaforge({ meterProvider }).sinkBytes.add(1, attributes);
  assert.deepEqual(await series('deltaforge_sink_bytes'), only(attributes, 1));
});

test('a constant attribute that was given before the views were made is let through', async () => {
  createConveyor({ attributes: { region: 'eu' } });
  const { meterProvider, series } = collectSeries(views(conveyorSet));
  createConveyor({ meterProvider, attributes: { region: 'eu' } }).recordsReceived.add(1, UNDECLARED);
  assert.deepEqual(await series('conveyor_router_records_received'), only({ region: 'eu', source_id: 's' }, 1));
});

test('a constant attribute that is given after the views were made is let through', async () => {
  const { meterProvider, series } = collectSeries(views(conveyorSet));
  createConveyor({ meterProvider, attributes: { rack: 'r1' } }).recordsReceived.add(1, UNDECLARED);
  assert.deepEqual(await series('conveyor_router_records_received'), only({ rack: 'r1', source_id: 's' }, 1));
});

test('a constant attribute that was given to another copy of the package is let through', async () => {
  const copy = await copyOfPackage();
  const { meterProvider, series } = collectSeries(views(conveyorSet));
  copy.createConveyor({ meterProvider, attributes: { cell: 'c1' } }).recordsReceived.add(1, UNDECLARED);
  assert.deepEqual(await series('conveyor_router_records_received'), only({ cell: 'c1', source_id: 's' }, 1));
});

test("a constant attribute of one system is none of another's", async () => {
  const { meterProvider, series } = collectSeries(allViews);
  createKrafka({ meterProvider, attributes: { client_id: 'c' } });
  createConveyor({ meterProvider }).recordsReceived.add(1, { source_id: 's', client_id: 'c' } as { source_id: string });
  assert.deepEqual(await series('conveyor_router_records_received'), only({ source_id: 's' }, 1));
});

test('an instrument of the same name in another scope is left as it is', async () => {
  const { meterProvider, series } = collectSeries(allViews);
  const meter = meterProvider.getMeter('somebody-else');
  meter.createCounter('conveyor_router_records_received').add(1, { session: 'x' });
  assert.deepEqual(await series('conveyor_router_records_received'), only({ session: 'x' }, 1));
});

const limits: readonly (readonly [name: string, limit: number, record: (value: string, on: ViewedSets) => void])[] = [
  ['conveyor_router_records_received', 2000, (id, { conveyor }) => conveyor.recordRecordsReceived(id, 1)],
  ['deltaforge_schema_events', 10_000, (table, { deltaforge }) => deltaforge.schemaEvents.add(1, { table })],
];

for (const [name, limit, record] of limits) {
  test(`${name} has at most ${limit} series, and loses no measurement to that`, async () => {
    const { meterProvider, series } = collectSeries(allViews);
    const sets: ViewedSets = {
      conveyor: createConveyor({ meterProvider }),
      deltaforge: createDeltaforge({ meterProvider }),
    };
    for (let index = 0; index < limit + 500; index += 1) record(`value ${index}`, sets);
    const all = await series(name);
    const overflow = all.filter(({ attributes }) => attributes['otel.metric.overflow'] === true);
    // sdk-metrics counts the overflow point in; the specification wants as many sets without overflow as the limit says.
    assert.equal(all.length, process.env['FLOWMETER_ENGINE'] === 'sdk' ? limit : limit + 1);
    assert.equal(
      all.reduce((sum, { value }) => sum + Number(value), 0),
      limit + 500,
    );
    assert.equal(overflow.length, 1);
  });
}

interface ViewedSets {
  readonly conveyor: ReturnType<typeof createConveyor>;
  readonly deltaforge: ReturnType<typeof createDeltaforge>;
}

function only(attributes: Series['attributes'], value: number): readonly Series[] {
  return [{ attributes, value }];
}
