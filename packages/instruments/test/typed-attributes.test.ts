/**
 * What does not compile. The compiler checks this file with the others: a line under `@ts-expect-error` that compiles
 * after all is an error. All of it runs as well, since what slips past a compiler must still not throw.
 */
import { createInstruments } from '@flowmeter/instruments';
import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createDeltaforge } from '@flowmeter/instruments/deltaforge';
import { createKrafka } from '@flowmeter/instruments/krafka';
import { createRoboflow, roboflowSet } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectSeries, type Collected } from './support/collected-series.ts';

const { meterProvider } = collectSeries();
const conveyor = createConveyor({ meterProvider });
const deltaforge = createDeltaforge({ meterProvider });
const roboflow = createRoboflow({ meterProvider });
const krafka = createKrafka({ meterProvider });

test('a call with all attributes, in any order, compiles', () => {
  conveyor.recordsRouted.add(1, { pipeline_id: 'p', stage_id: 's' });
  conveyor.recordsRouted.add(1, { stage_id: 's', pipeline_id: 'p' });
  conveyor.recordsRouted.bind({ pipeline_id: 'p', stage_id: 's' }).add(1);
  conveyor.recordsRouted.positional('stage_id', 'pipeline_id')('s', 'p', 1);
  deltaforge.stageLatencySeconds.record(1, { pipeline: 'p', stage: 'process', trigger: 'timer' });
  deltaforge.stageLatencySeconds.startTimer({ pipeline: 'p', stage: 'commit', trigger: 'limits' }).stop();
});

test('an instrument without attributes is called without them', () => {
  conveyor.raftTerm.record(1);
  conveyor.raftTerm.bind().record(1);
  conveyor.raftTerm.positional()(1);
  roboflow.episodeProcessingDurationSeconds.startTimer().stop();
});

test('a missing attribute does not compile', () => {
  // @ts-expect-error stage_id is missing
  conveyor.recordsRouted.add(1, { pipeline_id: 'p' });
  // @ts-expect-error stage_id is missing
  conveyor.recordsRouted.bind({ pipeline_id: 'p' });
  // @ts-expect-error trigger is missing
  deltaforge.stageLatencySeconds.startTimer({ pipeline: 'p', stage: 'process' });
});

test('forgetting all attributes does not compile', () => {
  // @ts-expect-error the attributes are missing
  conveyor.recordsRouted.add(1);
  // @ts-expect-error the attributes are missing
  conveyor.recordsRouted.bind();
  // @ts-expect-error the attributes are missing
  conveyor.bufferUtilization.record(1);
  // @ts-expect-error the attributes are missing
  deltaforge.sinkLatencySeconds.startTimer();
});

test('an unknown attribute does not compile', () => {
  // @ts-expect-error it is source_id
  conveyor.recordsReceived.add(1, { source_id: 's', sourceId: 's' });
  // @ts-expect-error there is no host
  conveyor.recordsReceived.bind({ source_id: 's', host: 'h' });
});

test('a misspelt attribute does not compile', () => {
  // @ts-expect-error it is source_id
  conveyor.recordsReceived.add(1, { sourceid: 's' });
});

test('a value outside of the closed list does not compile', () => {
  // @ts-expect-error the stages are process, schema_sensing and commit
  deltaforge.stageLatencySeconds.record(1, { pipeline: 'p', stage: 'sink', trigger: 'timer' });
  // @ts-expect-error the outcomes are success and error
  deltaforge.pipelineActions.bind({ pipeline: 'p', action: 'create', outcome: 'failure' });
  // @ts-expect-error the paths are ddl and inferred
  deltaforge.avroEncode.positional('path')('guessed', 1);
});

test('an attribute that is no string does not compile', () => {
  // @ts-expect-error a number is no attribute value
  conveyor.recordsReceived.add(1, { source_id: 7 });
  // @ts-expect-error nor is undefined
  conveyor.recordsReceived.add(1, { source_id: undefined });
});

test('a value that is no number does not compile', () => {
  // @ts-expect-error a string is no value
  conveyor.recordsReceived.add('1', { source_id: 's' });
  // @ts-expect-error nor is a bigint
  conveyor.recordRecordsReceived('s', 1n);
});

test('attributes on an instrument that has none do not compile', () => {
  // @ts-expect-error the term has no attributes
  conveyor.raftTerm.record(1, { node: 'n' });
  // @ts-expect-error not even no attributes
  conveyor.raftTerm.bind({});
  // @ts-expect-error nor has an episode's duration
  roboflow.episodeProcessingDurationSeconds.startTimer({ dataset_id: 'd' });
});

test('a positional function without a required key does not compile', () => {
  // @ts-expect-error stage_id is missing
  conveyor.recordsRouted.positional('pipeline_id');
  // @ts-expect-error both are missing
  conveyor.recordsRouted.positional();
});

test('a positional function with an unknown key does not compile', () => {
  // @ts-expect-error there is no host
  conveyor.recordsReceived.positional('source_id', 'host');
});

test('a positional function called with too few values does not compile', () => {
  // @ts-expect-error the value is missing
  conveyor.recordsReceived.positional('source_id')('s');
  // @ts-expect-error a label is missing
  conveyor.recordRecordsRouted('p', 1);
});

test('an optional attribute may be given or not, but nothing else in its place', () => {
  deltaforge.sinkBytes.add(1, { pipeline: 'p', sink: 's' });
  deltaforge.sinkBytes.add(1, { pipeline: 'p', sink: 's', table: 't' });
  deltaforge.sinkBytes.positional('pipeline', 'sink')('p', 's', 1);
  deltaforge.sinkBytes.positional('pipeline', 'sink', 'table')('p', 's', 't', 1);
  // @ts-expect-error it is table
  deltaforge.sinkBytes.add(1, { pipeline: 'p', sink: 's', tables: 't' });
});

test('a timer on what is no duration does not compile', () => {
  // @ts-expect-error events are counted, not timed
  assert.throws(() => deltaforge.batchEvents.startTimer({ pipeline: 'p' }), TypeError);
  // @ts-expect-error a lag is a gauge
  assert.throws(() => deltaforge.sourceLagSeconds.startTimer({ pipeline: 'p', source: 's' }), TypeError);
});

test('the verb of another kind does not compile', () => {
  // @ts-expect-error a counter adds
  assert.throws(() => conveyor.recordsReceived.record(1, { source_id: 's' }), TypeError);
  // @ts-expect-error a gauge records
  assert.throws(() => conveyor.raftTerm.add(1), TypeError);
});

test('an unknown instrument does not compile', () => {
  // @ts-expect-error it is recordsReceived
  assert.equal(conveyor.recordReceived, undefined);
  // @ts-expect-error episodes are Roboflow's
  assert.equal(deltaforge.episodesProcessed, undefined);
});

test('an instrument cannot be replaced', () => {
  const own = createInstruments(roboflowSet, { meterProvider });
  // @ts-expect-error instruments are read-only
  own.cacheHit = own.cacheMiss;
});

test('a constant attribute need not be given again, and may be', async () => {
  const { collected, constant } = withConstants();
  constant.sinkEvents.add(1, { sink: 'k' });
  constant.sinkEvents.add(2, { sink: 'k', pipeline: 'other' });
  constant.batchEvents.record(1);
  constant.batchEvents.bind().record(1);
  constant.sinkEvents.positional('sink')('k', 4);
  assert.deepEqual(await collected.series('deltaforge_sink_events'), [
    { attributes: { tenant: 'acme', pipeline: 'orders', sink: 'k' }, value: 5 },
    { attributes: { tenant: 'acme', pipeline: 'other', sink: 'k' }, value: 2 },
  ]);
});

test('a constant attribute leaves the others required, and those that nobody declared unknown', () => {
  const { constant } = withConstants();
  // @ts-expect-error sink is missing
  constant.sinkEvents.add(1);
  // @ts-expect-error sink is missing
  constant.sinkEvents.add(1, { pipeline: 'orders' });
  // @ts-expect-error tenant is constant, and nothing that sinkEvents declares
  constant.sinkEvents.add(1, { sink: 'k', tenant: 'acme' });
});

test('a constant attribute that an instrument declares is in its domain where it is given again', () => {
  const constant = createDeltaforge({ attributes: { stage: 'process' }, meterProvider });
  constant.stageLatencySeconds.record(1, { pipeline: 'p', trigger: 'timer', stage: 'commit' });
  // @ts-expect-error the stages are process, schema_sensing and commit
  constant.stageLatencySeconds.record(1, { pipeline: 'p', trigger: 'timer', stage: 'sink' });
});

test('a constant attribute that an instrument declares is in its domain where the set is created', () => {
  createDeltaforge({ attributes: { stage: 'commit', region: 'eu' }, meterProvider });
  // @ts-expect-error the stages are process, schema_sensing and commit
  createDeltaforge({ attributes: { stage: 'sink' }, meterProvider });
});

test("Conveyor's functions take every attribute, constant or not", () => {
  const constant = createConveyor({ attributes: { pipeline_id: 'p' }, meterProvider });
  constant.recordRecordsRouted('p', 's', 1);
  // @ts-expect-error the pipeline is missing
  constant.recordRecordsRouted('s', 1);
});

test("Krafka's gauges count, and take no attributes", () => {
  krafka.connection.activeConnections.inc();
  krafka.connection.activeConnections.dec(2);
  // @ts-expect-error a level has no record
  assert.equal(krafka.connection.activeConnections.record, undefined);
  // @ts-expect-error nor attributes
  krafka.consumer.lag.set(1, { topic: 't' });
});

function withConstants() {
  const collected: Collected = collectSeries();
  const attributes = { tenant: 'acme', pipeline: 'orders' };
  return { collected, constant: createDeltaforge({ attributes, meterProvider: collected.meterProvider }) };
}
