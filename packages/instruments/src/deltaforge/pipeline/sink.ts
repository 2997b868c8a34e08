import { describeValue } from '../../described.ts';
import { byteLengthOf } from '../../flow/counting-bytes.ts';
import { receiving } from '../../flow/receiving.ts';
import type { BoundAdder, BoundRecorder } from '../../instrument-interfaces.ts';
import { deltaforgeSet } from '../deltaforge-set.ts';
import { classifyError } from '../failures/classify-error.ts';
import { countEvents, measure, sizeOfBatch, type Batch } from './batch-size.ts';
import { observeGauge, type Observed } from './observe-gauge.ts';
import type { PipelineServices } from './pipeline-services.ts';
import { timed } from './timed.ts';
import { UserFunctions } from './user-functions.ts';
import { isFrom, noteFailure } from './where-failed.ts';

/** What a sink is to its pipeline. */
export interface SinkOptions {
  /** Whether a batch that it could not deliver fails for the pipeline, and no checkpoint moves. Default: true. */
  readonly required?: boolean;
}

const CLIENT_BUFFER = deltaforgeSet.definitions.sinkClientBufferDepth.name;

/** A sink of a pipeline: what it delivers, how fast, and why it could not. */
export class Sink {
  readonly #services: PipelineServices;
  readonly #labels: { readonly pipeline: string; readonly sink: string };
  readonly #functions: UserFunctions;
  readonly #events: BoundAdder;
  readonly #batches: BoundAdder;
  readonly #bytes: BoundAdder;
  readonly #latency: BoundRecorder;
  readonly #errors: BoundAdder;
  readonly #status: BoundRecorder;

  constructor(services: PipelineServices, pipeline: string, sink: string, { required = true }: SinkOptions) {
    const { instruments } = services;
    this.#services = services;
    this.#labels = { pipeline, sink };
    this.#functions = new UserFunctions(`sink ${describeValue(sink)} of pipeline ${describeValue(pipeline)}`);
    this.#events = instruments.sinkEvents.bind(this.#labels);
    this.#batches = instruments.sinkBatch.bind(this.#labels);
    this.#bytes = instruments.sinkBytes.bind(this.#labels);
    this.#latency = instruments.sinkLatencySeconds.bind(this.#labels);
    this.#errors = instruments.sinkErrors.bind(this.#labels);
    this.#status = instruments.sinkCheckpointStatus.bind({ ...this.#labels, required: required ? 'true' : 'false' });
  }

  /**
   * Does the work of delivering one batch. Delivered, its events, bytes and the batch are counted and its latency is recorded;
   * failed, it is counted by the kind of failure. What the work returns comes back, promises included, and what it throws is
   * thrown again.
   *
   * @param batch the events, or how many there are: `20`, `{ events: 20, bytes: 4096 }`. Where only the work learns how many it could
   *   deliver, a function of what it has come to: `{ events: (result) => result.accepted }`
   */
  send<Result>(batch: Batch<Result>, work: () => Result): Result {
    const { events, bytes } = sizeOfBatch(batch);
    return timed(work, (outcome, seconds) => {
      if (!outcome.succeeded) return this.#failed(outcome.error);
      this.#latency.record(seconds);
      this.#delivered(
        measure('events', events, outcome.value, this.#functions),
        measure('bytes', bytes, outcome.value, this.#functions),
      );
    });
  }

  /**
   * Counts what a stream takes as batches delivered, and its failure as one that was not: a Node stream, which comes back itself,
   * or a web `WritableStream`, in whose place what comes back is to be used. A chunk is a batch: an array is as many events as it
   * has, anything else is one. Chunks of bytes and text have their bytes counted. How long each took is not to be seen there.
   */
  receiving<Destination>(destination: Destination): Destination {
    // A Node stream comes back itself, so it may come again.
    if (!this.#services.streams.isNew(destination, this.#labels)) return destination;
    return receiving(destination, {
      item: (chunk, encoding) => this.#delivered(countEvents(chunk), byteLengthOf(chunk, encoding)),
      ended: (end) => {
        if (!('succeeded' in end) || end.succeeded || isFrom(end.error, 'source')) return;
        noteFailure(end.error, 'behind');
        this.#failed(end.error);
      },
    });
  }

  /** Counts a connection that it has opened, the first included. */
  connected(): void {
    this.#services.instruments.sinkReconnects.add(1, this.#labels);
  }

  /**
   * How many messages wait in the buffer of its client library, now; or a function that tells it, asked before every collection
   * from then on.
   */
  clientBuffer(depth: Observed): void {
    const { sinkClientBufferDepth } = this.#services.instruments;
    observeGauge(
      this.#services,
      sinkClientBufferDepth.bind(this.#labels),
      { name: CLIENT_BUFFER, attributes: this.#labels },
      depth,
    );
  }

  /** Counts events that it has given up for good. */
  dropped(count: number, reason: string): void {
    this.#services.instruments.sinkEventsDropped.add(count, { ...this.#labels, reason });
  }

  /** Counts events that it had no need to deliver. */
  skipped(count: number, reason: string): void {
    this.#services.instruments.sinkEventsSkipped.add(count, { ...this.#labels, reason });
  }

  #delivered(events: number | undefined, bytes: number | undefined): void {
    this.#batches.add(1);
    this.#status.record(1);
    // What is no number is dropped there, and reported.
    this.#events.add(events as number);
    if (bytes !== undefined) this.#bytes.add(bytes);
  }

  #failed(error: unknown): void {
    this.#errors.add(1);
    this.#status.record(0);
    this.#services.instruments.sinkFailures.add(1, { ...this.#labels, kind: classifyError(error) });
  }
}
