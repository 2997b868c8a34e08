import { metrics } from '@opentelemetry/api';
import * as conveyorModule from '@flowmeter/instruments/conveyor';
import { createConveyor, type ConveyorFunctions } from '@flowmeter/instruments/conveyor';
import { detachInstruments } from '@flowmeter/instruments';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectSeries, type Series } from './support/collected-series.ts';

type Call = readonly [
  title: string,
  call: (conveyor: ConveyorFunctions) => void,
  name: string,
  expected: readonly Series[],
];

const calls: readonly Call[] = [
  [
    'recordRecordsReceived adds to its source',
    (conveyor) => {
      conveyor.recordRecordsReceived('kafka-source-1', 100);
      conveyor.recordRecordsReceived('kafka-source-1', 20);
    },
    'conveyor_router_records_received',
    [{ attributes: { source_id: 'kafka-source-1' }, value: 120 }],
  ],
  [
    'recordRecordsRouted adds to its pipeline and stage',
    (conveyor) => {
      conveyor.recordRecordsRouted('user-analytics', 'filter-stage', 95);
      conveyor.recordRecordsRouted('user-analytics', 'filter-stage', 5);
    },
    'conveyor_router_records_routed',
    [{ attributes: { pipeline_id: 'user-analytics', stage_id: 'filter-stage' }, value: 100 }],
  ],
  [
    'recordRecordsDelivered keeps sinks apart',
    (conveyor) => {
      conveyor.recordRecordsDelivered('s3', 1);
      conveyor.recordRecordsDelivered('kafka', 2);
    },
    'conveyor_router_records_delivered',
    [
      { attributes: { sink_id: 's3' }, value: 1 },
      { attributes: { sink_id: 'kafka' }, value: 2 },
    ],
  ],
  [
    'recordBufferUtilization sets, and does not add',
    (conveyor) => {
      conveyor.recordBufferUtilization('filter-stage', 0.9);
      conveyor.recordBufferUtilization('filter-stage', 0.45);
    },
    'conveyor_router_buffer_utilization',
    [{ attributes: { stage_id: 'filter-stage' }, value: 0.45 }],
  ],
  [
    'recordActiveServices sets, and does not add',
    (conveyor) => {
      conveyor.recordActiveServices('sink', 3);
      conveyor.recordActiveServices('sink', 2);
    },
    'conveyor_router_active_services',
    [{ attributes: { service_type: 'sink' }, value: 2 }],
  ],
  [
    'recordRaftState shows a leader as 1',
    (conveyor) => conveyor.recordRaftState(true, 42),
    'conveyor_router_raft_is_leader',
    [{ attributes: {}, value: 1 }],
  ],
  [
    'recordRaftState shows a node that leads no more as 0',
    (conveyor) => {
      conveyor.recordRaftState(true, 42);
      conveyor.recordRaftState(false, 43);
    },
    'conveyor_router_raft_is_leader',
    [{ attributes: {}, value: 0 }],
  ],
  [
    'recordRaftState sets the term',
    (conveyor) => {
      conveyor.recordRaftState(true, 42);
      conveyor.recordRaftState(false, 43);
    },
    'conveyor_router_raft_term',
    [{ attributes: {}, value: 43 }],
  ],
  [
    'recordBackpressureEvents adds one to its source',
    (conveyor) => {
      conveyor.recordBackpressureEvents('kafka-source-1');
      conveyor.recordBackpressureEvents('kafka-source-1');
    },
    'conveyor_router_backpressure_events',
    [{ attributes: { source_id: 'kafka-source-1' }, value: 2 }],
  ],
  [
    'recordRetryEvents adds one to its stage',
    (conveyor) => {
      conveyor.recordRetryEvents('filter-stage');
      conveyor.recordRetryEvents('filter-stage');
    },
    'conveyor_router_retry_events',
    [{ attributes: { stage_id: 'filter-stage' }, value: 2 }],
  ],
  [
    'recordCheckpointSaved adds one to its service',
    (conveyor) => {
      conveyor.recordCheckpointSaved('writer');
      conveyor.recordCheckpointSaved('writer');
    },
    'conveyor_router_checkpoints_saved',
    [{ attributes: { service_id: 'writer' }, value: 2 }],
  ],
  [
    'recordGroupRebalance adds one to its group',
    (conveyor) => {
      conveyor.recordGroupRebalance('group-a');
      conveyor.recordGroupRebalance('group-a');
    },
    'conveyor_router_group_rebalances',
    [{ attributes: { group_id: 'group-a' }, value: 2 }],
  ],
];

for (const [title, call, name, expected] of calls) {
  test(title, async () => {
    const { meterProvider, series } = collectSeries();
    call(createConveyor({ meterProvider }));
    assert.deepEqual(await series(name), expected);
  });
}

test('recordRoutingLatency puts a sample in milliseconds into its bucket', async () => {
  const { meterProvider, value } = collectSeries();
  createConveyor({ meterProvider }).recordRoutingLatency('user-analytics', 15.5);
  const latency = await value('conveyor_router_routing_latency_ms');
  assert.ok(typeof latency === 'object');
  assert.deepEqual([latency.count, latency.sum, latency.min, latency.max], [1, 15.5, 15.5, 15.5]);
  assert.equal(latency.boundaries[latency.counts.indexOf(1)], 25);
});

test('a function and the instrument of the same name write to one series', async () => {
  const { meterProvider, value } = collectSeries();
  const conveyor = createConveyor({ meterProvider });
  conveyor.recordRecordsReceived('s', 1);
  conveyor.recordsReceived.add(2, { source_id: 's' });
  assert.equal(await value('conveyor_router_records_received'), 3);
});

test('the functions of a set with constant attributes carry them', async () => {
  const { meterProvider, series } = collectSeries();
  const conveyor = createConveyor({ meterProvider, attributes: { region: 'eu' } });
  conveyor.recordRetryEvents('a');
  conveyor.recordRaftState(true, 1);
  assert.deepEqual(await series('conveyor_router_retry_events'), [
    { attributes: { region: 'eu', stage_id: 'a' }, value: 1 },
  ]);
  assert.deepEqual(await series('conveyor_router_raft_term'), [{ attributes: { region: 'eu' }, value: 1 }]);
});

test("the module's own functions record to the registered provider", async () => {
  const { meterProvider, value } = collectSeries();
  metrics.setGlobalMeterProvider(meterProvider);
  try {
    conveyorModule.recordRecordsReceived('s', 1);
    conveyorModule.conveyor.recordRecordsReceived('s', 2);
    assert.equal(await value('conveyor_router_records_received'), 3);
  } finally {
    metrics.disable();
    detachInstruments();
  }
});

test("the module has the eleven functions of Conveyor's interface, in camel case", () => {
  const functions = Object.keys(conveyorModule).filter((name) => name.startsWith('record'));
  assert.deepEqual(functions.toSorted(), [
    'recordActiveServices',
    'recordBackpressureEvents',
    'recordBufferUtilization',
    'recordCheckpointSaved',
    'recordGroupRebalance',
    'recordRaftState',
    'recordRecordsDelivered',
    'recordRecordsReceived',
    'recordRecordsRouted',
    'recordRetryEvents',
    'recordRoutingLatency',
  ]);
});
