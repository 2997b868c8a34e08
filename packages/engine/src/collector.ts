import type { Resource } from '@opentelemetry/resources';
import type {
  CollectionResult,
  IMetricReader,
  MetricCollectOptions,
  MetricData,
  MetricProducer,
  ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Meter } from './meter.ts';
import type { Observations } from './observable-callbacks.ts';
import { recordObservations } from './observed-rows.ts';
import { readStream } from './read-stream.ts';
import type { Stream } from './stream.ts';

/** How long a callback may take where the reader sets no limit: less than Prometheus waits for a scrape by default. */
const CALLBACK_LIMIT_MS = 5000;

/** Collects for one reader. */
export class Collector implements MetricProducer {
  readonly #reader: IMetricReader;
  readonly #resource: Resource;
  readonly #meters: () => Iterable<Meter>;
  readonly #now: () => number;
  /** When this reader collected last, in epoch milliseconds. */
  #lastMs: number | undefined;

  constructor(reader: IMetricReader, resource: Resource, meters: () => Iterable<Meter>, now: () => number) {
    this.#reader = reader;
    this.#resource = resource;
    this.#meters = meters;
    this.#now = now;
  }

  /**
   * Calls the callbacks, waits for them within the limit, and then reads everything at one moment, which is the time of the
   * data points: what is recorded while callbacks are under way is in them as well.
   */
  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const timeoutMs = options?.timeoutMillis ?? CALLBACK_LIMIT_MS;
    const meters = [...this.#meters()];
    const observations = await Promise.all(meters.map((meter) => meter.callbacks.observe(timeoutMs)));
    const nowMs = this.#now();
    const scopeMetrics: ScopeMetrics[] = [];
    for (const [index, meter] of meters.entries()) {
      const metrics = this.#read(meter, observations[index], nowMs);
      if (metrics.length > 0) scopeMetrics.push({ scope: meter.scope, metrics });
    }
    this.#lastMs = nowMs;
    const errors = observations.flatMap((each) => each.errors);
    return { resourceMetrics: { resource: this.#resource, scopeMetrics }, errors };
  }

  #read(meter: Meter, observations: Observations | undefined, nowMs: number): MetricData[] {
    const observed = this.#record(meter, observations);
    const metrics: MetricData[] = [];
    for (const reading of meter.streams.readingsOf(this.#reader)) {
      const { stream } = reading;
      stream.settle(nowMs);
      const data = readStream(reading, nowMs, isObservable(stream) ? (observed.get(stream) ?? new Set()) : undefined);
      if (data !== undefined) metrics.push(data);
    }
    return metrics;
  }

  /** Records what was observed in the streams that this reader reads, and returns the rows by stream. */
  #record(meter: Meter, observations: Observations | undefined): Map<Stream, Set<number>> {
    const mine = new Set(meter.streams.readingsOf(this.#reader).map(({ stream }) => stream));
    const observed = new Map<Stream, Set<number>>();
    for (const [instrument, values] of observations?.byInstrument ?? []) {
      for (const stream of meter.streamsOf(instrument)) {
        if (!mine.has(stream)) continue;
        const rows = recordObservations(stream, values, this.#lastMs ?? stream.createdMs);
        observed.set(stream, new Set([...rows, ...(observed.get(stream) ?? [])]));
      }
    }
    return observed;
  }
}

function isObservable({ descriptor }: Stream): boolean {
  return descriptor.type.startsWith('OBSERVABLE_');
}
