/**
 * DeltaForge, change data capture: log readers, a coordinator that batches and checkpoints, processors, and sinks.
 * Each part's instruments stand in a file of its own under `deltaforge/`, the calls for its hot paths under `deltaforge/pipeline/`.
 */
import { toStrings, type ConstantAttributes } from './attribute-values.ts';
import { BeforeCollection } from './before-collection.ts';
import {
  createInstrumentsBeside,
  type DeclaredConstants,
  type GivenKeys,
  type Instruments,
  type SetOptions,
} from './create-instruments.ts';
import { deltaforgeSet, type DeltaforgeDefinitions } from './deltaforge/deltaforge-set.ts';
import { installPanicHook } from './deltaforge/panic-hook.ts';
import { SeenStreams } from './flow/seen-streams.ts';
import { Pipeline } from './deltaforge/pipeline/pipeline.ts';

export { apiAccounting, type ApiAccounting } from './api-accounting/api-accounting.ts';
export { deltaforgeSet } from './deltaforge/deltaforge-set.ts';
export { classifyError, classifySourceError } from './deltaforge/failures/classify-error.ts';
export type { SinkFailureKind, SourceErrorKind } from './deltaforge/failures/failure-class.ts';
export type { Batch, BatchSize, Measured } from './deltaforge/pipeline/batch-size.ts';
export type { ActionOrigin } from './deltaforge/pipeline/lifecycle-record.ts';
export type { Observed } from './deltaforge/pipeline/observe-gauge.ts';
export type { PipelineAction } from './deltaforge/pipeline/pipeline-state.ts';
export type { BatchTrigger, CheckpointOptions, Pipeline, ProcessedBatch } from './deltaforge/pipeline/pipeline.ts';
export type { Processor, ProcessorOptions } from './deltaforge/pipeline/processor.ts';
export type { Sink, SinkOptions } from './deltaforge/pipeline/sink.ts';
export type { EventReading, Moment } from './deltaforge/pipeline/source-event.ts';
export type { Flow, Source, SourceOptions } from './deltaforge/pipeline/source.ts';

/** A DeltaForge set: the typed instruments by property name, and its pipelines. */
export type Deltaforge<Given extends string = never> = Instruments<DeltaforgeDefinitions, Given> & {
  /** A pipeline, whose sources, batches, processors, sinks and checkpoints record themselves in one call each. */
  pipeline(name: string): Pipeline;
};

/**
 * Creates a DeltaForge set, live as soon as a meter provider is registered. `tenant`, which DeltaForge wants on
 * everything, is best given once: `createDeltaforge({ attributes: { tenant: 'acme' } })`.
 *
 * The first set of a process also counts the uncaught exceptions and unhandled rejections of the process, in `panics`, and logs
 * each in a line before anything else is done about it; `panicHook: false`, given to all sets, leaves them alone.
 */
export function createDeltaforge<const Constants extends ConstantAttributes = Record<never, never>>({
  panicHook = true,
  ...options
}: DeltaforgeOptions<Constants> = {}): Deltaforge<GivenKeys<Constants>> {
  const beforeCollection = new BeforeCollection('deltaforge.before_collection');
  const set = createInstrumentsBeside<DeltaforgeDefinitions, Constants>(deltaforgeSet, options, [beforeCollection]);
  // A pipeline gives every attribute, whether it is constant for the set or not.
  const instruments = set as unknown as Instruments<DeltaforgeDefinitions>;
  if (panicHook) installPanicHook(() => instruments.panics.add(1));
  const services = {
    instruments,
    constants: toStrings(options.attributes, () => {}),
    provider: options.meterProvider,
    beforeCollection,
    streams: new SeenStreams(),
  };
  return { ...set, pipeline: (name) => new Pipeline(services, name) };
}

/** How to create a DeltaForge set. */
export type DeltaforgeOptions<Constants extends ConstantAttributes> = SetOptions<Constants> &
  DeclaredConstants<DeltaforgeDefinitions> & {
    /** Whether panics of the process are counted. Default: true. */
    readonly panicHook?: boolean;
  };
