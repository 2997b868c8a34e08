import type { InstrumentDefinitions, InstrumentSet } from '../definition.ts';

const definitions = {
  recordsReceived: {
    name: 'conveyor_router_records_received',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that sources have handed over and the router has accepted.',
    attributes: { source_id: 'string' },
    since: 'seed',
  },
  recordsRouted: {
    name: 'conveyor_router_records_routed',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that a stage of a pipeline has finished with and passed on.',
    attributes: { pipeline_id: 'string', stage_id: 'string' },
    since: 'seed',
  },
  recordsDelivered: {
    name: 'conveyor_router_records_delivered',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that a sink has confirmed.',
    attributes: { sink_id: 'string' },
    since: 'seed',
  },
  routingLatencyMs: {
    name: 'conveyor_router_routing_latency_ms',
    instrument: 'histogram',
    unit: 'ms',
    description: 'Milliseconds from the acceptance of a record to its delivery.',
    attributes: { pipeline_id: 'string' },
    // A router inside one data centre answers in single milliseconds, a record that had to wait out backpressure or
    // retries in seconds, and an open sink circuit shows in minutes: 1-2.5-5 steps over that range keep a quantile
    // within a factor of 2.5 at either end.
    boundaries: [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000],
    since: 'seed',
  },
  bufferUtilization: {
    name: 'conveyor_router_buffer_utilization',
    instrument: 'gauge',
    unit: '1',
    description: "How full a stage's buffer is, from 0 (empty) to 1 (full).",
    attributes: { stage_id: 'string' },
    since: 'seed',
  },
  backpressureEvents: {
    name: 'conveyor_router_backpressure_events',
    instrument: 'counter',
    unit: '{event}',
    description: 'Times that a source was told to pause or slow down.',
    attributes: { source_id: 'string' },
    since: 'seed',
  },
  activeServices: {
    name: 'conveyor_router_active_services',
    instrument: 'gauge',
    unit: '{service}',
    description: 'Services that are registered with the router at present.',
    attributes: { service_type: 'string' },
    since: 'seed',
  },
  raftIsLeader: {
    name: 'conveyor_router_raft_is_leader',
    instrument: 'gauge',
    unit: '{leader}',
    description: '1 while this node leads its Raft group, otherwise 0.',
    attributes: {},
    since: 'seed',
  },
  raftTerm: {
    name: 'conveyor_router_raft_term',
    instrument: 'gauge',
    unit: '{term}',
    description: 'The Raft term that this node is in.',
    attributes: {},
    since: 'seed',
  },
  retryEvents: {
    name: 'conveyor_router_retry_events',
    instrument: 'counter',
    unit: '{event}',
    description: 'Records that a stage has put back to be tried again.',
    attributes: { stage_id: 'string' },
    since: 'seed',
  },
  checkpointsSaved: {
    name: 'conveyor_router_checkpoints_saved',
    instrument: 'counter',
    unit: '{checkpoint}',
    description: 'Checkpoints that a service has had persisted.',
    attributes: { service_id: 'string' },
    since: 'seed',
  },
  groupRebalances: {
    name: 'conveyor_router_group_rebalances',
    instrument: 'counter',
    unit: '{rebalance}',
    description: 'Times that the work of a consumer group was divided anew among its members.',
    attributes: { group_id: 'string' },
    since: 'seed',
  },
} as const satisfies InstrumentDefinitions;

/** Conveyor's instruments by property name, as a type. */
export type ConveyorDefinitions = typeof definitions;

/** Conveyor's instruments as data. */
export const conveyorSet: InstrumentSet<ConveyorDefinitions> = {
  scope: 'conveyor',
  prefix: 'conveyor_router_',
  definitions,
};
