import type { Resource } from '@opentelemetry/resources';
import type {
  CollectionResult,
  IMetricReader,
  MetricCollectOptions,
  MetricData,
  MetricProducer,
  ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { Deliveries } from './delivery.ts';
import { kindOf } from './instrument-kind.ts';
import type { Meter } from './meter.ts';
import { awaitCalls, callAll, endedCalls, observationsByStream, type ObservedByStream } from './observed-by-stream.ts';
import type { ObservedRows } from './observed-values.ts';
import { readStream } from './read-stream.ts';
import { recordObservations } from './record-observed.ts';
import type { SeriesCollection, SeriesMetric } from './series-collection.ts';
import type { Stream } from './stream.ts';
import { toSeriesMetric } from './stream-series.ts';
import { atOnce, TimeSlices, type Steps } from './time-slices.ts';

/** How long a callback may take where the reader sets no limit: less than Prometheus waits for a scrape by default. */
const CALLBACK_LIMIT_MS = 5000;

/** Timers take no more. */
const LONGEST_MS = 2 ** 31 - 1;

/** What a collector needs of its provider. */
export interface CollectorServices {
  readonly resource: () => Resource;
  readonly meters: () => Iterable<Meter>;
  readonly now: () => number;
  /** Whether waiting for callbacks is to hold the process. */
  readonly isHolding: () => boolean;
}

/** Collects for one reader. */
export class Collector implements MetricProducer {
  readonly #reader: IMetricReader;
  readonly #services: CollectorServices;
  readonly #deliveries: Deliveries;
  #running: Promise<unknown> = Promise.resolve();

  constructor(reader: IMetricReader, services: CollectorServices) {
    this.#reader = reader;
    this.#services = services;
    this.#deliveries = new Deliveries(reader);
  }

  /**
   * Calls the callbacks, waits for them within the limit, and then reads everything at one moment, which is the time of the
   * data points: what is recorded while callbacks are under way is in them as well. Collections of one reader come one
   * after the other.
   */
  collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const result = this.#running.then(() => this.#collect(options));
    this.#running = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /**
   * As {@link collect}, for a reader of cumulative values that reads the series itself, and with turns of the event loop for
   * others: not of one moment, but each series is.
   */
  collectSeries(options: SeriesCollectOptions = {}): Promise<SeriesCollection> {
    const latestStartMs = Math.floor(this.#services.now() - (options.askedMsAgo ?? 0));
    const result = this.#running.then(() => this.#collectSeries(options, latestStartMs));
    this.#running = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /** As {@link collect}, for when nothing can be waited for: what was under way goes on no more. */
  collectNow(): CollectedNow {
    this.#deliveries.giveUpAll();
    const meters = [...this.#services.meters()];
    const calls = atOnce(callAll(meters, CALLBACK_LIMIT_MS, () => false));
    const errors: unknown[] = [];
    const byStream = atOnce(observationsByStream(endedCalls(calls), errors));
    const unfinished = calls.filter((call) => call instanceof Promise).length;
    const scopeMetrics = this.#readAll({ meters, byStream, nowMs: this.#services.now(), errors });
    const { resource } = this.#services;
    const resourceMetrics = {
      scopeMetrics,
      // Made when it is asked for: at an end where there is nothing to deliver it never is.
      get resource() {
        return resource();
      },
    };
    return { resourceMetrics, errors, unfinished };
  }

  async #collect(options: MetricCollectOptions | undefined): Promise<CollectionResult> {
    this.#deliveries.giveUp();
    const observed = await this.#observe(options, atOnce);
    const resourceMetrics = { resource: this.#services.resource(), scopeMetrics: this.#readAll(observed) };
    this.#deliveries.collect(resourceMetrics);
    return { resourceMetrics, errors: observed.errors };
  }

  #readAll(observed: Observed): ScopeMetrics[] {
    const scopeMetrics: ScopeMetrics[] = [];
    for (const meter of observed.meters) {
      const metrics = this.#read(meter, observed);
      if (metrics.length > 0) scopeMetrics.push({ scope: meter.scope, metrics });
    }
    return scopeMetrics;
  }

  async #collectSeries(options: MetricCollectOptions, latestStartMs: number): Promise<SeriesCollection> {
    const { take } = new TimeSlices();
    const observed = await this.#observe(options, take);
    const metrics = await take(this.#readSeries(observed, latestStartMs));
    return { resource: this.#services.resource(), metrics, errors: observed.errors };
  }

  /**
   * Calls all callbacks and waits for them. What comes next reads.
   *
   * @param take does what there is to do
   */
  async #observe(options: MetricCollectOptions | undefined, take: Take): Promise<Observed> {
    const { now, isHolding } = this.#services;
    const timeoutMs = Math.min(options?.timeoutMillis ?? CALLBACK_LIMIT_MS, LONGEST_MS);
    const meters = [...this.#services.meters()];
    const calls = await take(callAll(meters, timeoutMs, isHolding));
    const observations = await awaitCalls(calls);
    const nowMs = now();
    const errors: unknown[] = [];
    return { meters, byStream: await take(observationsByStream(observations, errors)), nowMs, errors };
  }

  /** Reads the streams of a meter. One that cannot be read costs its own data. */
  #read(meter: Meter, { byStream, nowMs, errors }: Observed): MetricData[] {
    const metrics: MetricData[] = [];
    for (const reading of meter.streams.readingsOf(this.#reader)) {
      const { stream } = reading;
      try {
        let rows: ObservedRows | undefined;
        if (isObservable(stream)) rows = atOnce(recordObservations(reading, byStream.get(stream) ?? [], nowMs));
        else stream.settle(nowMs);
        const data = readStream(reading, nowMs, rows);
        if (data !== undefined) metrics.push(data);
      } catch (error) {
        errors.push(error);
      }
    }
    return metrics;
  }

  /** Makes the streams of all meters ready to be read. One that cannot be read costs its own data. */
  *#readSeries({ meters, byStream, nowMs, errors }: Observed, latestStartMs: number): Steps<SeriesMetric[]> {
    const metrics: SeriesMetric[] = [];
    for (const { scope, streams } of meters) {
      yield;
      for (const reading of streams.readingsOf(this.#reader)) {
        yield;
        const { stream } = reading;
        if (reading.slot !== undefined) throw new Error(`${stream.descriptor.name} is not cumulative`);
        try {
          const observed = isObservable(stream)
            ? yield* recordObservations(reading, byStream.get(stream) ?? [], nowMs)
            : undefined;
          metrics.push(toSeriesMetric({ scope, stream, nowMs, latestStartMs, observed }));
          // There may be streams by now that were made since.
          reading.sinceMs = Math.max(nowMs, stream.createdMs);
        } catch (error) {
          errors.push(error);
        }
      }
    }
    return metrics;
  }
}

/**
 * Collects as a reader of cumulative values that reads the series itself.
 *
 * @param producer what the reader was given in `setMetricProducer`
 * @returns `undefined` if the producer is not this engine's: then its `collect` is what there is
 */
export function collectSeries(
  producer: MetricProducer,
  options?: SeriesCollectOptions,
): Promise<SeriesCollection> | undefined {
  return producer instanceof Collector ? producer.collectSeries(options) : undefined;
}

/** What there was at once. */
export interface CollectedNow extends CollectionResult {
  /** Asynchronous callbacks, which have been called and not waited for. */
  readonly unfinished: number;
}

/**
 * Collects at once, for a reader that delivers what there is when the event loop turns no more, as in a listener for `exit`.
 * Asynchronous callbacks cost their data: each is one of the `errors`.
 *
 * @param producer what the reader was given in `setMetricProducer`
 * @returns `undefined` if the producer is not this engine's, and can only be waited for
 */
export function collectNow(producer: MetricProducer): CollectedNow | undefined {
  return producer instanceof Collector ? producer.collectNow() : undefined;
}

/** What a reader of series may ask for. */
export interface SeriesCollectOptions extends MetricCollectOptions {
  /**
   * How long ago, in milliseconds, the request may have been made that this collection answers; 0 if not given. Who asked takes
   * that moment for the time of what is collected, and a series must not begin after its first value (specification, data model,
   * "Temporality"): one that was not there in the collection before is told to have begun no later than this.
   */
  readonly askedMsAgo?: number;
}

/** Takes all steps, at once or with turns for others in between. */
type Take = <Result>(steps: Steps<Result>) => Result | Promise<Result>;

interface Observed {
  readonly meters: readonly Meter[];
  readonly byStream: ObservedByStream;
  readonly nowMs: number;
  readonly errors: unknown[];
}

function isObservable({ descriptor }: Stream): boolean {
  return kindOf(descriptor.type).isObservable;
}
