/**
 * A Conveyor-like router: elects itself, resumes its sources from their checkpoints, carries their records through
 * stages to sinks, and stays up until it is told to stop. One call of `run` is the whole life of it.
 */
import { recordRecordsDelivered, recordRoutingLatency } from 'flowmeter/conveyor';
import { CheckpointStore } from './checkpoint-store.ts';
import { Checkpointer } from './checkpointer.ts';
import { Delivery, type DeliveryDefinition } from './delivery.ts';
import { LeaderLease } from './leader-lease.ts';
import { OffsetTracker } from './offset-tracker.ts';
import { Pipeline, type PipelineDefinition, type PipelineOutlets } from './pipeline.ts';
import type { RoutedRecord } from './record.ts';
import { RouterStatus } from './router-status.ts';
import { ServiceRegistry } from './service-registry.ts';
import { Wakeup } from './wakeup.ts';

/** What a router is made of. */
export interface RouterOptions {
  /** Holds the checkpoints, the lease and the term. */
  readonly stateDirectory: string;
  readonly pipelines: readonly PipelineDefinition[];
  /** Their sinks are closed when the router ends. */
  readonly deliveries: readonly DeliveryDefinition[];
  readonly checkpointEveryRecords: number;
  /** Told when it is the leader and its pipelines begin to work, where their sources left off. */
  onRouting?(status: RouterStatus): void;
  /** Told when the sources have ended and all of their records are settled. */
  onDrained?(status: RouterStatus): void;
}

interface SourceProgress {
  readonly pipeline: Pipeline;
  readonly tracker: OffsetTracker;
  readonly checkpointer: Checkpointer;
}

export class Router {
  readonly status = new RouterStatus();
  readonly #options: RouterOptions;
  readonly #services = new ServiceRegistry();
  readonly #deliveries = new Map<string, Delivery>();
  readonly #progress = new Map<string, SourceProgress>();
  readonly #settled = new Wakeup();
  readonly #stop = new AbortController();
  readonly #failure = Promise.withResolvers<never>();

  constructor(options: RouterOptions) {
    this.#options = options;
    // Whether anybody waits for it or not, a failure is reported by `run`.
    this.#failure.promise.catch(() => {});
  }

  /** Lives until `stop` is called; rejects when something went wrong that no retry can mend. */
  async run(): Promise<void> {
    let lease: LeaderLease | undefined;
    try {
      lease = await LeaderLease.acquire(this.#options.stateDirectory, this.#stop.signal);
      this.status.term = lease.term;
      await Promise.race([this.#route(), this.#failure.promise]);
    } catch (error) {
      const stoppedWhileStandingBy = !lease && this.#stop.signal.aborted;
      if (stoppedWhileStandingBy) return;
      this.abort(error as Error);
      throw error;
    } finally {
      await Promise.all([...this.#progress.values()].map(({ checkpointer }) => checkpointer.close()));
      await Promise.all(this.#options.deliveries.map(({ sink }) => sink.close()));
      await lease?.stepDown();
    }
  }

  /** Takes nothing more in, delivers what it has, saves its checkpoints, and ends. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends without delivering what is on its way: the next run takes that in again. */
  abort(reason: Error): void {
    this.#stop.abort();
    this.#failure.reject(reason);
    for (const { pipeline } of this.#progress.values()) pipeline.abort(reason);
    for (const delivery of this.#deliveries.values()) delivery.abort(reason);
  }

  async #route(): Promise<void> {
    const { signal } = this.#stop;
    const fail = (error: Error): void => this.abort(error);
    this.#openDeliveries(fail);
    await this.#loadCheckpoints();
    const pipelines = [...this.#progress.values()];
    const working = Promise.all(pipelines.map(({ pipeline }) => pipeline.run(this.#outletsOf(pipeline))));
    working.catch(fail);
    this.#options.onRouting?.(this.status);

    await Promise.all(pipelines.map(({ pipeline }) => this.#takeIn(pipeline)));
    await this.#whenAllSettled();
    await this.#saveCheckpoints();
    if (!signal.aborted) {
      await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.whenQuiet()));
      this.#options.onDrained?.(this.status);
      await whenAborted(signal);
    }

    for (const { pipeline } of pipelines) pipeline.close();
    await working;
    for (const { pipeline } of pipelines) {
      for (const { stageId } of pipeline.stages) this.#services.deregister('transform', stageId);
    }
    for (const [sinkId, delivery] of this.#deliveries) {
      await delivery.close();
      this.#services.deregister('sink', sinkId);
    }
  }

  #openDeliveries(failed: (error: Error) => void): void {
    for (const definition of this.#options.deliveries) {
      const { sinkId } = definition.sink;
      const delivered = (records: readonly RoutedRecord[]): void => this.#delivered(sinkId, records);
      const retried = (records: readonly RoutedRecord[]): void => this.status.countRetried(records.length);
      this.#deliveries.set(sinkId, new Delivery(definition, { delivered, retried, failed }));
      this.#services.register('sink', sinkId);
    }
  }

  async #loadCheckpoints(): Promise<void> {
    const { stateDirectory, pipelines, deliveries, checkpointEveryRecords: everyRecords } = this.#options;
    const store = new CheckpointStore(stateDirectory);
    const flushSinks = async (): Promise<void> => {
      await Promise.all(deliveries.map(({ sink }) => sink.flush()));
    };
    for (const definition of pipelines) {
      const { sourceId } = definition.source;
      const tracker = new OffsetTracker(await store.load(sourceId));
      const checkpointer = new Checkpointer({ sourceId, tracker, store, everyRecords, flushSinks });
      const pipeline = new Pipeline(definition);
      for (const { stageId } of pipeline.stages) this.#services.register('transform', stageId);
      this.#progress.set(sourceId, { pipeline, tracker, checkpointer });
      this.status.addSource(sourceId, tracker.committed);
    }
  }

  async #takeIn(pipeline: Pipeline): Promise<void> {
    const { sourceId } = pipeline.definition.source;
    this.#services.register('source', sourceId);
    await pipeline.takeIn(this.#outletsOf(pipeline));
    this.#services.deregister('source', sourceId);
  }

  #outletsOf({ definition }: Pipeline): PipelineOutlets {
    const { sourceId } = definition.source;
    return {
      from: this.#progressOf(sourceId).tracker.committed,
      isStopped: () => this.#stop.signal.aborted,
      accepted: (count: number) => this.status.countAccepted(sourceId, count),
      filteredOut: (records: readonly RoutedRecord[]) => {
        this.status.countFiltered(sourceId, records.length);
        this.#settle(records);
      },
      deliver: async (sinkId: string, records: readonly RoutedRecord[]) => {
        const delivery = this.#deliveries.get(sinkId);
        if (!delivery) throw new Error(`pipeline ${definition.pipelineId} routes to ${sinkId}, which is no sink`);
        await delivery.put(records);
      },
    };
  }

  #delivered(sinkId: string, records: readonly RoutedRecord[]): void {
    const now = performance.now();
    recordRecordsDelivered(sinkId, records.length);
    for (const { pipelineId, acceptedAt } of records) recordRoutingLatency(pipelineId, now - acceptedAt);
    this.status.countDelivered(sinkId, records.length);
    this.#settle(records);
  }

  #settle(records: readonly RoutedRecord[]): void {
    for (const { sourceId, offset } of records) this.#progressOf(sourceId).tracker.settle(offset);
    for (const sourceId of new Set(records.map((record) => record.sourceId))) {
      this.#progressOf(sourceId)
        .checkpointer.settled()
        .catch((error: unknown) => this.abort(error as Error));
    }
    this.#settled.ring();
  }

  async #whenAllSettled(): Promise<void> {
    const isSettled = ([sourceId, { tracker }]: [string, SourceProgress]): boolean =>
      tracker.committed === this.status.acceptedUpTo(sourceId);
    while (![...this.#progress].every(isSettled)) await this.#settled.wait();
  }

  async #saveCheckpoints(): Promise<void> {
    await Promise.all([...this.#progress.values()].map(({ checkpointer }) => checkpointer.save()));
  }

  #progressOf(sourceId: string): SourceProgress {
    const progress = this.#progress.get(sourceId);
    if (!progress) throw new Error(`${sourceId} is no source of this router`);
    return progress;
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
