import { describeError, describeValue } from '../../described.ts';
import type { BoundAdder, BoundRecorder } from '../../instrument-interfaces.ts';
import { deltaforgeSet } from '../deltaforge-set.ts';
import type { BATCH_TRIGGERS } from '../pipelines.ts';
import { countEvents, measure, type Measured } from './batch-size.ts';
import { exceptionFields, inWords, logLifecycle, type ActionOrigin } from './lifecycle-record.ts';
import { observeGauge, type Observed } from './observe-gauge.ts';
import type { PipelineServices } from './pipeline-services.ts';
import { PipelineState, type PipelineAction } from './pipeline-state.ts';
import { Processor, type ProcessorOptions } from './processor.ts';
import { Sink, type SinkOptions } from './sink.ts';
import { toMilliseconds, type Moment } from './source-event.ts';
import { Source, type SourceOptions } from './source.ts';
import { timed } from './timed.ts';
import { UserFunctions } from './user-functions.ts';

/** What made a batch complete: its age, its size, the end of the events, or a cancellation. */
export type BatchTrigger = (typeof BATCH_TRIGGERS)[number];

/** A batch on its way through the processors. */
export interface ProcessedBatch<Result> {
  readonly trigger: BatchTrigger;
  /** How many events it has when it leaves them. Default: as many as the result, an array, has. */
  readonly events?: Measured<Result>;
  /** How many bytes it has then. Default: not recorded. */
  readonly bytes?: Measured<Result>;
  /** When its first event was received. Default: `e2e_latency_seconds` is not recorded. */
  readonly receivedAt?: Moment;
}

/** Checkpoints of a batch. */
export interface CheckpointOptions {
  /** What made the batch complete. Default: the latency of the stage `commit` is not recorded. */
  readonly trigger?: BatchTrigger;
  /** The sinks whose checkpoints they are. Default: one, of no sink in particular. */
  readonly sinks?: readonly string[];
}

const CHANNEL_DEPTH = deltaforgeSet.definitions.pipelineChannelDepth.name;

/**
 * One pipeline, with everything about it in one call each. Work that is handed over is done as it would be without: what it
 * returns comes back, a promise for a promise, and what it throws is thrown again, the same object. Nothing that cannot be
 * recorded reaches the caller.
 *
 * Handles cost a little to make and nothing to have: those of a hot path are made once, outside.
 */
export class Pipeline {
  readonly #services: PipelineServices;
  readonly #name: string;
  /** The name in a record, whatever it is. */
  readonly #inWords: string;
  readonly #labels: { readonly pipeline: string };
  readonly #functions: UserFunctions;
  readonly #state: PipelineState;
  readonly #batchEvents: BoundRecorder;
  readonly #batchBytes: BoundRecorder;
  readonly #bytes: BoundAdder;
  readonly #endToEnd: BoundRecorder;

  constructor(services: PipelineServices, name: string) {
    const { instruments } = services;
    this.#services = services;
    this.#name = name;
    this.#inWords = typeof name === 'string' ? name : describeValue(name);
    this.#labels = { pipeline: name };
    this.#functions = new UserFunctions(`pipeline ${describeValue(name)}`);
    this.#state = new PipelineState(services, name);
    this.#batchEvents = instruments.batchEvents.bind(this.#labels);
    this.#batchBytes = instruments.batchBytes.bind(this.#labels);
    this.#bytes = instruments.bytes.bind(this.#labels);
    this.#endToEnd = instruments.e2eLatencySeconds.bind(this.#labels);
  }

  /** A source of the pipeline. Events of Debezium's shape need no options. */
  source<Event = unknown>(name: string, options: SourceOptions<Event> = {}): Source<Event> {
    // Whoever writes JavaScript may pass null.
    return new Source(this.#services, this.#name, name, options ?? {});
  }

  /** A processor of the pipeline. */
  processor(name: string, options: ProcessorOptions = {}): Processor {
    return new Processor(this.#services, this.#name, name, options ?? {});
  }

  /** A sink of the pipeline. */
  sink(name: string, options: SinkOptions = {}): Sink {
    return new Sink(this.#services, this.#name, name, options ?? {});
  }

  /**
   * Does the work of the processors on one batch. Once that has succeeded, the latency of the stage `process` and the size of the
   * batch as it goes to the sinks are recorded; of a batch that has failed, nothing.
   */
  batch<Result>(batch: ProcessedBatch<Result>, work: () => Result): Result {
    return timed(work, (outcome, seconds) => {
      if (outcome.succeeded) this.#processed(batch as ProcessedBatch<unknown>, outcome.value, seconds);
    });
  }

  /** Does the work of persisting the checkpoints of one batch, and counts whether it has succeeded. */
  checkpoint<Result>(work: () => Result): Result;
  checkpoint<Result>(options: CheckpointOptions, work: () => Result): Result;
  checkpoint<Result>(first: CheckpointOptions | (() => Result), second?: () => Result): Result {
    const [options, work] = typeof first === 'function' ? [{}, first] : [first, second as () => Result];
    const { checkpointFailure } = this.#services.instruments;
    return timed(work, (outcome, seconds) => {
      if (outcome.succeeded) this.#committed(options ?? {}, seconds);
      else checkpointFailure.add(1, this.#labels);
    });
  }

  /**
   * How many events wait between the sources and the coordinator, now; or a function that tells it, asked before every collection
   * from then on.
   */
  channelDepth(depth: Observed): void {
    const { pipelineChannelDepth } = this.#services.instruments;
    const gauge = pipelineChannelDepth.bind(this.#labels);
    observeGauge(this.#services, gauge, { name: CHANNEL_DEPTH, attributes: this.#labels }, depth);
  }

  /**
   * Does the work of an operator's action. Once it is decided, it is counted as a success or an error, and told in one log record
   * with tenant and caller; a success also changes the status of the pipeline.
   */
  action<Result>(action: PipelineAction, origin: ActionOrigin, work: () => Result): Result {
    return timed(work, (outcome, seconds) => {
      const { tenant, caller } = this.#completed(origin ?? {});
      const { succeeded } = outcome;
      const result = succeeded ? 'success' : 'error';
      this.#services.instruments.pipelineActions.add(1, { ...this.#labels, action, outcome: result });
      if (succeeded) this.#state.changed(action, tenant);
      const what = succeeded ? 'has succeeded' : `has failed: ${describeError(outcome.error)}`;
      logLifecycle(
        succeeded ? 'info' : 'error',
        `${action} of pipeline ${this.#inWords}${inWords({ tenant, caller })} ${what}`,
        {
          pipeline: this.#inWords,
          action,
          outcome: result,
          tenant,
          caller,
          duration_ms: Math.round(seconds * 1e6) / 1e3,
          ...(succeeded ? {} : exceptionFields(outcome.error)),
        },
      );
    });
  }

  /** Says that the pipeline has ended without anybody having stopped it. */
  failed(error: unknown): void {
    const { tenant } = this.#completed({});
    this.#state.failed();
    logLifecycle('error', `pipeline ${this.#inWords} has failed: ${describeError(error)}`, {
      pipeline: this.#inWords,
      tenant,
      ...exceptionFields(error),
    });
  }

  #processed(batch: ProcessedBatch<unknown>, result: unknown, seconds: number): void {
    const { trigger, events: given, bytes: givenBytes, receivedAt } = batch ?? {};
    const { stageLatencySeconds } = this.#services.instruments;
    stageLatencySeconds.record(seconds, { ...this.#labels, stage: 'process', trigger });
    const events = given === undefined ? countEvents(result) : measure('events', given, result, this.#functions);
    // What is no number is dropped there, and reported.
    this.#batchEvents.record(events as number);
    const bytes = measure('bytes', givenBytes, result, this.#functions);
    if (bytes !== undefined) {
      this.#batchBytes.record(bytes);
      this.#bytes.add(bytes);
    }
    const receivedMs = toMilliseconds(receivedAt);
    if (receivedMs !== undefined && events !== 0) this.#endToEnd.record(Math.max(0, Date.now() - receivedMs) / 1000);
  }

  #committed({ trigger, sinks }: CheckpointOptions, seconds: number): void {
    const { checkpointSuccess, checkpoints, lastCheckpointTs, sinkLastCheckpointTs, stageLatencySeconds } =
      this.#services.instruments;
    checkpointSuccess.add(1, this.#labels);
    const count = sinks?.length ?? 1;
    if (count === 0) return;
    checkpoints.add(count, this.#labels);
    const now = Date.now() / 1000;
    lastCheckpointTs.record(now, this.#labels);
    for (const sink of sinks ?? []) sinkLastCheckpointTs.record(now, { ...this.#labels, sink });
    if (trigger !== undefined) stageLatencySeconds.record(seconds, { ...this.#labels, stage: 'commit', trigger });
  }

  /** With the set's own tenant, where no other is given. */
  #completed({ tenant = this.#services.constants['tenant'], caller }: ActionOrigin): ActionOrigin {
    return { tenant, caller };
  }
}
