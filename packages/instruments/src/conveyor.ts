/**
 * Conveyor, an ETL router: records on their way from sources through stages to sinks, and the health of the cluster
 * that carries them.
 *
 * Recorded either through the typed instruments of {@link createConveyor}, or through the positional functions, which
 * have the names of Conveyor's own metrics interface in camel case.
 */
import { copyOf, type ConstantAttributes } from './attribute-values.ts';
import { watchBuffer, type Buffers } from './conveyor/buffer.ts';
import { sinkWith, type Sink, type SinkOptions } from './conveyor/sink.ts';
import { sourceWith, type Source } from './conveyor/source.ts';
import { stageWith, type Stage } from './conveyor/stage.ts';
import {
  createInstruments,
  type AttributesLeft,
  type DeclaredConstants,
  type GivenKeys,
  type Instruments,
  type SetOptions,
} from './create-instruments.ts';
import type { InstrumentDefinitions, InstrumentSet } from './definition.ts';

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

/** Conveyor's instruments as data. */
export const conveyorSet: InstrumentSet<typeof definitions> = {
  scope: 'conveyor',
  prefix: 'conveyor_router_',
  definitions,
};

/** The eleven functions of Conveyor's metrics interface. */
export interface ConveyorFunctions {
  /** Adds `count` records that were accepted from a source. */
  recordRecordsReceived(sourceId: string, count: number): void;
  /** Adds `count` records that a stage has passed on. */
  recordRecordsRouted(pipelineId: string, stageId: string, count: number): void;
  /** Adds `count` records that a sink has confirmed. */
  recordRecordsDelivered(sinkId: string, count: number): void;
  /** Records one record's way from acceptance to delivery, in milliseconds. */
  recordRoutingLatency(pipelineId: string, latencyMs: number): void;
  /** Sets how full a stage's buffer is, from 0 to 1. */
  recordBufferUtilization(stageId: string, utilization: number): void;
  /** Sets how many services of a type are registered. */
  recordActiveServices(serviceType: string, count: number): void;
  /** Sets whether this node leads, and the Raft term. */
  recordRaftState(isLeader: boolean, term: number): void;
  /** Adds one signal to a source to pause or slow down. */
  recordBackpressureEvents(sourceId: string): void;
  /** Adds one record that a stage tries again. */
  recordRetryEvents(stageId: string): void;
  /** Adds one persisted checkpoint. */
  recordCheckpointSaved(serviceId: string): void;
  /** Adds one rebalance of a consumer group. */
  recordGroupRebalance(groupId: string): void;
}

type Left<Property extends keyof typeof definitions, Given extends string> = AttributesLeft<
  (typeof definitions)[Property],
  Given
>;

export type { Sink, SinkOptions, Source, Stage };

/** The parts of a router, each made once, with the attributes that are not constant, and used for every batch or stream. */
export interface ConveyorFlows<Given extends string = never> extends Buffers<Left<'bufferUtilization', Given>> {
  source(attributes: Left<'recordsReceived', Given>): Source;
  stage(attributes: Left<'recordsRouted', Given>): Stage;
  /** @param options where the way of each record began; without them routing latency is not recorded */
  sink<Rec>(attributes: Left<'recordsDelivered', Given>, options?: SinkOptions<Rec>): Sink;
}

/** A Conveyor set: the typed instruments, the positional functions, and the parts of a router, into the same series. */
export type Conveyor<Given extends string = never> = Instruments<typeof definitions, Given> &
  ConveyorFunctions &
  ConveyorFlows<Given>;

/** Creates a Conveyor set, live as soon as a meter provider is registered. */
export function createConveyor<const Constants extends ConstantAttributes = Record<never, never>>(
  options: SetOptions<Constants> & DeclaredConstants<typeof definitions> = {},
): Conveyor<GivenKeys<Constants>> {
  const instruments = createInstruments<typeof definitions, Constants>(conveyorSet, options);
  // The functions take every attribute, whether it is constant for the set or not.
  const untyped = instruments as unknown as Instruments<typeof definitions>;
  return { ...instruments, ...functionsOf(untyped), ...flowsOf(untyped) };
}

function flowsOf(instruments: Instruments<typeof definitions>): ConveyorFlows {
  return {
    source: (attributes) =>
      sourceWith(instruments.recordsReceived.bind(attributes), instruments.backpressureEvents.bind(attributes)),
    stage: (attributes) => {
      const { pipeline_id: _, ...ofStage } = copyOf(attributes);
      return stageWith(instruments.recordsRouted.bind(attributes), instruments.retryEvents.bind(ofStage));
    },
    sink: (attributes, options) =>
      sinkWith(
        instruments.recordsDelivered.bind(attributes),
        instruments.routingLatencyMs.positional('pipeline_id'),
        options,
      ),
    buffer: (attributes: { stage_id: string }, queue: never, options?: { capacity: number }) => {
      watchBuffer(queue, options, instruments.bufferUtilization.bind(attributes));
      return queue;
    },
  };
}

function functionsOf(instruments: Instruments<typeof definitions>): ConveyorFunctions {
  const backpressure = instruments.backpressureEvents.positional('source_id');
  const retry = instruments.retryEvents.positional('stage_id');
  const checkpoint = instruments.checkpointsSaved.positional('service_id');
  const rebalance = instruments.groupRebalances.positional('group_id');
  return {
    recordRecordsReceived: instruments.recordsReceived.positional('source_id'),
    recordRecordsRouted: instruments.recordsRouted.positional('pipeline_id', 'stage_id'),
    recordRecordsDelivered: instruments.recordsDelivered.positional('sink_id'),
    recordRoutingLatency: instruments.routingLatencyMs.positional('pipeline_id'),
    recordBufferUtilization: instruments.bufferUtilization.positional('stage_id'),
    recordActiveServices: instruments.activeServices.positional('service_type'),
    recordRaftState(isLeader, term) {
      instruments.raftIsLeader.record(isLeader ? 1 : 0);
      instruments.raftTerm.record(term);
    },
    recordBackpressureEvents: (sourceId) => backpressure(sourceId, 1),
    recordRetryEvents: (stageId) => retry(stageId, 1),
    recordCheckpointSaved: (serviceId) => checkpoint(serviceId, 1),
    recordGroupRebalance: (groupId) => rebalance(groupId, 1),
  };
}

/** The set behind the module's own functions, for code that needs no constant attributes. */
export const conveyor: Conveyor = createConveyor();

export const {
  recordRecordsReceived,
  recordRecordsRouted,
  recordRecordsDelivered,
  recordRoutingLatency,
  recordBufferUtilization,
  recordActiveServices,
  recordRaftState,
  recordBackpressureEvents,
  recordRetryEvents,
  recordCheckpointSaved,
  recordGroupRebalance,
} = conveyor;
