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
import type { Observations } from './observable-callbacks.ts';
import { recordObservations, type InstrumentObservations } from './observed-rows.ts';
import { readStream, type StreamReading } from './read-stream.ts';
import { toSeriesMetric, type SeriesCollection, type SeriesMetric } from './series-collection.ts';
import type { Stream } from './stream.ts';

/** How long a callback may take where the reader sets no limit: less than Prometheus waits for a scrape by default. */
const CALLBACK_LIMIT_MS = 5000;

/** Timers take no more. */
const LONGEST_MS = 2 ** 31 - 1;

/** What a collector needs of its provider. */
export interface CollectorServices {
  readonly resource: Resource;
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

  /** As {@link collect}, for a reader of cumulative values that reads the series itself. */
  collectSeries(options?: MetricCollectOptions): Promise<SeriesCollection> {
    const result = this.#running.then(() => this.#collectSeries(options));
    this.#running = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  async #collect(options: MetricCollectOptions | undefined): Promise<CollectionResult> {
    this.#deliveries.giveUp();
    const { resource } = this.#services;
    const { meters, observed, nowMs, errors } = await this.#observe(options);
    const scopeMetrics: ScopeMetrics[] = [];
    for (const meter of meters) {
      const metrics = this.#read(meter, observed, nowMs, errors);
      if (metrics.length > 0) scopeMetrics.push({ scope: meter.scope, metrics });
    }
    const resourceMetrics = { resource, scopeMetrics };
    this.#deliveries.collect(resourceMetrics);
    return { resourceMetrics, errors };
  }

  async #collectSeries(options: MetricCollectOptions | undefined): Promise<SeriesCollection> {
    const { meters, observed, nowMs, errors } = await this.#observe(options);
    const metrics: SeriesMetric[] = [];
    for (const meter of meters) {
      for (const reading of meter.streams.readingsOf(this.#reader)) {
        if (reading.slot !== undefined) throw new Error(`${reading.stream.descriptor.name} is not cumulative`);
        try {
          metrics.push(toSeriesMetric(meter.scope, reading.stream, nowMs, recordObserved(reading, observed)));
          reading.sinceMs = nowMs;
        } catch (error) {
          errors.push(error);
        }
      }
    }
    return { resource: this.#services.resource, metrics, errors };
  }

  /** Calls all callbacks and waits for them. What comes next reads, at one moment. */
  async #observe(options: MetricCollectOptions | undefined): Promise<Observed> {
    const { now, isHolding } = this.#services;
    const timeoutMs = Math.min(options?.timeoutMillis ?? CALLBACK_LIMIT_MS, LONGEST_MS);
    const meters = [...this.#services.meters()];
    const observations = await Promise.all(meters.map((meter) => meter.callbacks.observe(timeoutMs, isHolding())));
    const errors = observations.flatMap((each) => each.errors);
    return { meters, observed: observationsByStream(observations), nowMs: now(), errors };
  }

  /** Reads the streams of a meter. One that cannot be read costs its own data. */
  #read(meter: Meter, observed: ObservedByStream, nowMs: number, errors: unknown[]): MetricData[] {
    const metrics: MetricData[] = [];
    for (const reading of meter.streams.readingsOf(this.#reader)) {
      const { stream } = reading;
      try {
        const rows = recordObserved(reading, observed);
        stream.settle(nowMs);
        const data = readStream(reading, nowMs, rows);
        if (data !== undefined) metrics.push(data);
      } catch (error) {
        errors.push(error);
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
  options?: MetricCollectOptions,
): Promise<SeriesCollection> | undefined {
  return producer instanceof Collector ? producer.collectSeries(options) : undefined;
}

/** What callbacks have observed, by the streams that take it. */
type ObservedByStream = ReadonlyMap<Stream, readonly InstrumentObservations[]>;

interface Observed {
  readonly meters: readonly Meter[];
  readonly observed: ObservedByStream;
  readonly nowMs: number;
  readonly errors: unknown[];
}

/** The rows of a stream that callbacks have observed; `undefined` where there are no callbacks. */
function recordObserved({ stream, sinceMs }: StreamReading, observed: ObservedByStream): Set<number> | undefined {
  if (!kindOf(stream.descriptor.type).isObservable) return undefined;
  return recordObservations(stream, observed.get(stream) ?? [], sinceMs);
}

function observationsByStream(observations: readonly Observations[]): Map<Stream, InstrumentObservations[]> {
  const byStream = new Map<Stream, InstrumentObservations[]>();
  for (const { byInstrument } of observations) {
    for (const [{ acceptance, streams }, values] of byInstrument) {
      for (const stream of streams) {
        const ofInstrument = { acceptance, observations: values };
        const present = byStream.get(stream);
        if (present === undefined) byStream.set(stream, [ofInstrument]);
        else present.push(ofInstrument);
      }
    }
  }
  return byStream;
}
