import { type MeterOptions, type MeterProvider as MeterProviderInterface } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { IMetricReader, MeterProviderOptions as StockOptions } from '@opentelemetry/sdk-metrics';
import { Collector } from './collector.ts';
import { describeSetting } from './described.ts';
import { defaultResource } from './default-resource.ts';
import { resolveExemplarFilter, type ExemplarFilter } from './exemplar-filter.ts';
import { ExemplarSampler } from './exemplar-sampler.ts';
import { Meter, type EngineMeter, type MeterServices } from './meter.ts';
import { SELF_SCOPE, SelfMetrics } from './self-metrics.ts';
import { createView, type ViewOptions } from './view.ts';
import { Warnings } from './warnings.ts';

/** sdk-metrics' options, and what this engine adds. */
export interface MeterProviderOptions extends Omit<StockOptions, 'resource' | 'views'> {
  /** A function makes it when something is collected first, so that a process that starts need not wait for it. */
  resource?: Resource | (() => Resource);
  views?: ViewOptions[];
  /**
   * Which measurements may become exemplars: those in a sampled span (`trace_based`), all, or none. Default:
   * `OTEL_METRICS_EXEMPLAR_FILTER`, and without it `trace_based`.
   */
  exemplarFilter?: ExemplarFilter;
  /** The time in epoch milliseconds, for tests. Default: `Date.now`. */
  now?: () => number;
}

/** How long `shutdown` and `forceFlush` may take. */
type Limit = NonNullable<Parameters<IMetricReader['shutdown']>[0]>;

/** A reader that can report on itself, as sdk-metrics' own can. */
interface ReportingReader {
  _setSelfObsMeterProvider?: (provider: MeterProviderInterface) => void;
}

/**
 * A meter provider in the place of sdk-metrics' own: the same options, the same readers and exporters, the same metrics,
 * from instruments that can be bound. Where it differs on purpose is a list in the package's README.
 *
 * @throws TypeError or RangeError that names the view, for one that is impossible; an Error for a reader that has a provider
 */
export class MeterProvider implements MeterProviderInterface {
  readonly #readers: readonly IMetricReader[];
  readonly #meters = new Map<string, Meter>();
  readonly #services: MeterServices;
  readonly #warnings = new Warnings();
  #isShutDown = false;
  /** How many calls of `forceFlush` and `shutdown` are under way. */
  #flushes = 0;

  constructor(options?: MeterProviderOptions) {
    // What is null is left out, as sdk-metrics has it.
    const now = options?.now ?? Date.now;
    const views = options?.views ?? [];
    if (typeof now !== 'function') throw new TypeError(`now is ${describeSetting(now)}; allowed is a function`);
    this.#readers = [...(options?.readers ?? [])];
    this.#services = {
      views: views.map((view, position) => createView(view, position)),
      readers: this.#readers,
      sampler: new ExemplarSampler(resolveExemplarFilter(options?.exemplarFilter)),
      selfMetrics: new SelfMetrics(() => this.#meter({ name: SELF_SCOPE, version: '' })),
      now,
    };
    const given = options?.resource ?? defaultResource;
    const resource = typeof given === 'function' ? once(given) : (): Resource => given;
    for (const reader of this.#readers) this.#attach(reader, resource, options?.sdkMetricsEnabled ?? false);
  }

  /** The meter of a scope; after {@link shutdown} one that records nothing. */
  getMeter(name: string, version?: string, options?: MeterOptions): EngineMeter {
    if (this.#isShutDown) {
      this.#warnings.warn('a meter was asked for after shutdown, and records nothing');
      return new Meter({ name, version: version ?? '' }, { ...this.#services, readers: [] });
    }
    const isNamed = typeof name === 'string' && name !== '';
    if (!isNamed) this.#warnings.warn(`${describeSetting(name)} is not a meter name; the meter has an empty one`);
    return this.#meter({ name: isNamed ? name : '', version: version ?? '', schemaUrl: options?.schemaUrl });
  }

  /** Has every reader collect and export now. Resolves when all have tried; rejects then with the first failure. */
  async forceFlush(limit?: Limit): Promise<void> {
    if (this.#isShutDown) {
      this.#warnings.warn('forceFlush was called after shutdown, and does nothing');
      return;
    }
    await this.#forAll(async (reader) => reader.forceFlush(limit));
  }

  /** Has every reader collect and export a last time. Resolves and rejects as `forceFlush` does; a second call does nothing. */
  async shutdown(limit?: Limit): Promise<void> {
    if (this.#isShutDown) {
      this.#warnings.warn('shutdown was called twice, and does nothing the second time');
      return;
    }
    this.#isShutDown = true;
    await this.#forAll(async (reader) => reader.shutdown(limit));
  }

  /** One reader that fails keeps no other from its end. */
  async #forAll(call: (reader: IMetricReader) => Promise<void>): Promise<void> {
    this.#flushes += 1;
    const results = await Promise.allSettled(this.#readers.map(call));
    this.#flushes -= 1;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  #attach(reader: IMetricReader, resource: () => Resource, reports: boolean): void {
    const collector = new Collector(reader, {
      resource,
      meters: () => this.#meters.values(),
      now: this.#services.now,
      // A flush is awaited; what a reader collects by itself is to keep no process alive.
      isHolding: () => this.#flushes > 0,
    });
    reader.setMetricProducer(collector);
    if (reports) (reader as ReportingReader)._setSelfObsMeterProvider?.(this);
  }

  #meter(scope: { name: string; version: string; schemaUrl?: string | undefined }): Meter {
    const key = JSON.stringify([scope.name, scope.version, scope.schemaUrl]);
    let meter = this.#meters.get(key);
    // sdk-metrics' scopes have the property even where it is undefined.
    if (meter === undefined) this.#meters.set(key, (meter = new Meter(scope as Meter['scope'], this.#services)));
    return meter;
  }
}

function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}
