import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createDeltaforge } from '@flowmeter/instruments/deltaforge';
import { createRoboflow } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';
import { fc } from './support/properties.ts';

test('an up-down counter goes down again', async () => {
  const { meterProvider, value } = collectSeries();
  const { pendingUploads } = createRoboflow({ meterProvider });
  pendingUploads.add(3);
  pendingUploads.add(-2);
  assert.equal(await value('roboflow_pending_uploads'), 1);
});

test('a gauge takes a negative number', async () => {
  const { meterProvider, value } = collectSeries();
  createDeltaforge({ meterProvider }).pipelineStatus.record(-1, { pipeline: 'p' });
  assert.equal(await value('deltaforge_pipeline_status'), -1);
});

test('an increment of zero makes a series', async () => {
  const { meterProvider, value } = collectSeries();
  createRoboflow({ meterProvider }).cacheHit.add(0);
  assert.equal(await value('roboflow_cache_hit'), 0);
});

test('the three forms write to one series, in whatever order the attributes are given', async () => {
  const { meterProvider, series } = collectSeries();
  const { recordsRouted } = createConveyor({ meterProvider });
  recordsRouted.add(1, { pipeline_id: 'p', stage_id: 's' });
  recordsRouted.bind({ stage_id: 's', pipeline_id: 'p' }).add(10);
  recordsRouted.positional('stage_id', 'pipeline_id')('s', 'p', 100);
  assert.deepEqual(await series('conveyor_router_records_routed'), [
    { attributes: { pipeline_id: 'p', stage_id: 's' }, value: 111 },
  ]);
});

test('a bound handle keeps its attributes when the object it was bound with changes', async () => {
  const { meterProvider, series } = collectSeries();
  const attributes = { source_id: 'before' };
  const bound = createConveyor({ meterProvider }).recordsReceived.bind(attributes);
  attributes.source_id = 'after';
  bound.add(1);
  assert.deepEqual(await series('conveyor_router_records_received'), [
    { attributes: { source_id: 'before' }, value: 1 },
  ]);
});

test('an optional attribute that is not given is not there', async () => {
  const { meterProvider, series } = collectSeries();
  const { sinkBytes } = createDeltaforge({ meterProvider });
  sinkBytes.add(1, { pipeline: 'p', sink: 's' });
  sinkBytes.add(2, { pipeline: 'p', sink: 's', table: 't' });
  assert.deepEqual(await series('deltaforge_sink_bytes'), [
    { attributes: { pipeline: 'p', sink: 's' }, value: 1 },
    { attributes: { pipeline: 'p', sink: 's', table: 't' }, value: 2 },
  ]);
});

test('constant attributes are on every measurement, in all three forms', async () => {
  const { meterProvider, series } = collectSeries();
  const { recordsReceived, raftTerm } = createConveyor({ meterProvider, attributes: { tenant: 'acme' } });
  recordsReceived.add(1, { source_id: 's' });
  recordsReceived.bind({ source_id: 's' }).add(1);
  recordsReceived.positional('source_id')('s', 1);
  raftTerm.record(7);
  assert.deepEqual(await series('conveyor_router_records_received'), [
    { attributes: { tenant: 'acme', source_id: 's' }, value: 3 },
  ]);
  assert.deepEqual(await series('conveyor_router_raft_term'), [{ attributes: { tenant: 'acme' }, value: 7 }]);
});

test('sets with other constant attributes write to other series', async () => {
  const { meterProvider, series } = collectSeries();
  for (const tenant of ['a', 'b']) createRoboflow({ meterProvider, attributes: { tenant } }).cacheHit.add(1);
  assert.deepEqual(await series('roboflow_cache_hit'), [
    { attributes: { tenant: 'a' }, value: 1 },
    { attributes: { tenant: 'b' }, value: 1 },
  ]);
});

test('constant attributes are copied: changing the object changes nothing', async () => {
  const { meterProvider, series } = collectSeries();
  const attributes = { tenant: 'before' };
  const { cacheHit } = createRoboflow({ meterProvider, attributes });
  attributes.tenant = 'after';
  cacheHit.add(1);
  assert.deepEqual(await series('roboflow_cache_hit'), [{ attributes: { tenant: 'before' }, value: 1 }]);
});

test('a counter comes to the sum of what is added, whichever form each part takes', async () => {
  const increment = fc.tuple(fc.constantFrom('direct', 'bound', 'positional'), fc.nat(1e6));
  await fc.assert(
    fc.asyncProperty(fc.array(increment, { minLength: 1, maxLength: 30 }), async (increments) => {
      const { meterProvider, value } = collectSeries();
      const { recordsReceived } = createConveyor({ meterProvider });
      const bound = recordsReceived.bind({ source_id: 's' });
      const positional = recordsReceived.positional('source_id');
      for (const [form, amount] of increments) {
        if (form === 'direct') recordsReceived.add(amount, { source_id: 's' });
        else if (form === 'bound') bound.add(amount);
        else positional('s', amount);
      }
      const sum = increments.reduce((total, [, amount]) => total + amount, 0);
      assert.equal(await value('conveyor_router_records_received'), sum);
    }),
  );
});
