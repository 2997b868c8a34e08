/**
 * Conveyor, an ETL router: records on their way from sources through stages to sinks, and the health of the cluster
 * that carries them.
 *
 * Recorded either through the typed instruments of {@link createConveyor}, or through the positional functions, which
 * have the names of Conveyor's own metrics interface in camel case.
 */
import { copyOf, type ConstantAttributes } from './attribute-values.ts';
import { watchBuffer, type Buffers } from './conveyor/buffer.ts';
import { conveyorSet, type ConveyorDefinitions } from './conveyor/conveyor-set.ts';
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

export { conveyorSet } from './conveyor/conveyor-set.ts';
export type { Sink, SinkOptions } from './conveyor/sink.ts';
export type { Source } from './conveyor/source.ts';
export type { Stage } from './conveyor/stage.ts';

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

type Left<Property extends keyof ConveyorDefinitions, Given extends string> = AttributesLeft<
  ConveyorDefinitions[Property],
  Given
>;

/** The parts of a router, each made once, with the attributes that are not constant, and used for every batch or stream. */
export interface ConveyorFlows<Given extends string = never> extends Buffers<Left<'bufferUtilization', Given>> {
  source(attributes: Left<'recordsReceived', Given>): Source;
  stage(attributes: Left<'recordsRouted', Given>): Stage;
  /** @param options where the way of each record began; without them routing latency is not recorded */
  sink<Rec = unknown>(attributes: Left<'recordsDelivered', Given>, options?: SinkOptions<Rec>): Sink<Rec>;
}

/** A Conveyor set: the typed instruments, the positional functions, and the parts of a router, into the same series. */
export type Conveyor<Given extends string = never> = Instruments<ConveyorDefinitions, Given> &
  ConveyorFunctions &
  ConveyorFlows<Given>;

/** Creates a Conveyor set, live as soon as a meter provider is registered. */
export function createConveyor<const Constants extends ConstantAttributes = Record<never, never>>(
  options: SetOptions<Constants> & DeclaredConstants<ConveyorDefinitions> = {},
): Conveyor<GivenKeys<Constants>> {
  const instruments = createInstruments<ConveyorDefinitions, Constants>(conveyorSet, options);
  // The functions take every attribute, whether it is constant for the set or not.
  const untyped = instruments as unknown as Instruments<ConveyorDefinitions>;
  return { ...instruments, ...functionsOf(untyped), ...flowsOf(untyped) };
}

function flowsOf(instruments: Instruments<ConveyorDefinitions>): ConveyorFlows {
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

function functionsOf(instruments: Instruments<ConveyorDefinitions>): ConveyorFunctions {
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
