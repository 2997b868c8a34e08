import {
  AggregationTemporality,
  AggregationType,
  CollectionMetrics,
  collectSeries,
  componentOn,
  type SeriesCollection,
} from '@flowmeter/engine';
import type { MeterProvider } from '@opentelemetry/api';
import type {
  AggregationOption,
  CollectionResult,
  IMetricReader,
  InstrumentType,
  MetricCollectOptions,
  MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { PendingResources } from './collection/pending-resources.ts';
import type { ExpositionOptions } from './exposition/exposition-options.ts';
import type { Renderer } from './exposition/renderer.ts';
import { asError } from './in-words.ts';
import { checkReaderOptions, selectConstantLabels, type PrometheusReaderOptions } from './reader-options.ts';
import { COMPONENT_TYPE, SELF_SCOPE } from './self-metrics/component.ts';
import { FailedCallbacks } from './self-metrics/failed-callbacks.ts';
import { ScrapeMetrics } from './self-metrics/scrape-metrics.ts';
import type { AnsweredScrape, InstrumentOverview, ScrapeRequest, ScrapeSource } from './server/scrape-source.ts';
import { Warnings } from './warnings.ts';

/** How long callbacks may take where the scraper does not say how long it waits: less than Prometheus does by default. */
const CALLBACK_LIMIT_MS = 5000;

/** The series of an instrument that nobody gives a limit (specification, SDK, "Cardinality limits"). */
const DEFAULT_CARDINALITY_LIMIT = 2000;

/**
 * Reads a meter provider for Prometheus: a pull exporter without a server, to be given to a provider's `readers` and to
 * {@link createHandler}, {@link nodeHandler} or a {@link PrometheusServer}. Any provider will do; with that of
 * `@flowmeter/engine` series are read where they are, without data points in between.
 *
 * @throws TypeError or RangeError for an option that is not allowed
 */
export class PrometheusReader implements IMetricReader, ScrapeSource {
  readonly #options: PrometheusReaderOptions;
  readonly #exposition: ExpositionOptions;
  readonly #warnings = new Warnings();
  readonly #warn = (message: string): void => this.#warnings.warn(message);
  readonly #failedCallbacks = new FailedCallbacks(this.#warn);
  #createObserving: (() => Observing) | undefined;
  #observing: Observing | undefined;
  #reading: Reading | undefined;
  #producer: MetricProducer | undefined;
  #isShutDown = false;
  #turns: Promise<unknown> = Promise.resolve();

  constructor(options: PrometheusReaderOptions = {}) {
    checkReaderOptions(options);
    this.#options = options;
    this.#exposition = {
      translationStrategy: options.translationStrategy ?? 'UnderscoreEscapingWithSuffixes',
      scopeInfo: options.scopeInfoEnabled ?? true,
      targetInfo: options.targetInfoEnabled ?? true,
      createdSeries: options.createdSeriesEnabled ?? true,
      resourceConstantLabels: selectConstantLabels(options.resourceConstantLabels),
    };
  }

  /**
   * Tells of itself on a meter of this provider, which may be the one that it reads: how long collections and scrapes take, how
   * large the bodies are, and callbacks that fail. The README has the list.
   */
  setMeterProvider(provider: MeterProvider): void {
    this.#failedCallbacks.countOn(provider);
    this.#observing = undefined;
    // With the first scrape: who only starts does not wait for them.
    this.#createObserving = () => {
      const component = componentOn(provider, COMPONENT_TYPE);
      return {
        collections: new CollectionMetrics(provider.getMeter(SELF_SCOPE), component),
        scrapes: new ScrapeMetrics(provider, component),
      };
    };
  }

  /** What the engine's provider calls with `sdkMetricsEnabled`. */
  _setSelfObsMeterProvider(provider: MeterProvider): void {
    this.setMeterProvider(provider);
  }

  /** @throws Error where it has a provider already */
  setMetricProducer(producer: MetricProducer): void {
    // In sdk-metrics' words: it is what users of readers look for.
    if (this.#producer !== undefined) throw new Error('MetricReader can not be bound to a MeterProvider again.');
    this.#producer = producer;
  }

  selectAggregation(instrument: InstrumentType): AggregationOption {
    return this.#options.defaultAggregation?.(instrument) ?? { type: AggregationType.DEFAULT };
  }

  selectAggregationTemporality(_instrument?: InstrumentType): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }

  selectCardinalityLimit(instrument: InstrumentType): number {
    return this.#options.cardinalityLimit?.(instrument) ?? DEFAULT_CARDINALITY_LIMIT;
  }

  /** @throws Error (as a rejection) when the reader has no provider or has been shut down, or the collection fails */
  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const result = await this.#live().collect(options);
    return { ...result, errors: result.errors.map((each) => asError(each)) };
  }

  /**
   * Makes a body.
   *
   * @returns it in chunks, that are not written to any more
   * @throws Error (as a rejection) when the reader has no provider or has been shut down, or a collection fails
   */
  render(request: ScrapeRequest): Promise<readonly Uint8Array[]> {
    const { rendition, names, timeoutMs = CALLBACK_LIMIT_MS, begunMsAgo = 0 } = request;
    const beganMs = performance.now();
    return this.#inTurn(async () => {
      // In steps, as messages of callbacks that take too long tell their limit.
      const waitedMs = Math.floor((performance.now() - beganMs) / 100) * 100;
      const { renderer, resources } = await this.#loaded();
      const askedMsAgo = begunMsAgo + performance.now() - beganMs;
      const { resource, metrics, errors } = await this.#collect(Math.max(1, timeoutMs - waitedMs), askedMsAgo);
      const leftMs = timeoutMs - (performance.now() - beganMs);
      const settled = await resources.settled(resource, leftMs);
      return renderer.render({ resource: settled, metrics, errors }, rendition, names);
    });
  }

  /** Takes a body of {@link render} back, for its memory. Nobody may read it after that. */
  recycle(body: readonly Uint8Array[]): void {
    this.#reading?.renderer.recycle(body);
  }

  /** Records how a scrape was answered, where there is a provider for that. */
  scraped(scrape: AnsweredScrape): void {
    this.#observed()?.scrapes.scraped(scrape);
  }

  /** The instruments that have series. */
  overview(): Promise<readonly InstrumentOverview[]> {
    return this.#inTurn(async () => {
      const { overviewOf } = await this.#loaded();
      return overviewOf(await this.#collect(CALLBACK_LIMIT_MS));
    });
  }

  async forceFlush(): Promise<void> {
    // Whoever scrapes decides when.
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
  }

  /**
   * Collects and reads one after the other: another collection in between could give the rows of series that its callbacks do not
   * observe any more to others, and several bodies at a time would take the application's turns together.
   */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turns.then(work);
    this.#turns = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  async #collect(timeoutMs: number, askedMsAgo = 0): Promise<SeriesCollection> {
    const producer = this.#live();
    this.#warnings.begin();
    const beganMs = performance.now();
    const options = { timeoutMillis: timeoutMs };
    const collection =
      (await collectSeries(producer, { ...options, askedMsAgo })) ?? (await this.#collectPoints(options));
    this.#observed()?.collections.collected((performance.now() - beganMs) / 1000, collection.errors);
    this.#failedCallbacks.report(collection.errors);
    return collection;
  }

  async #collectPoints(options: MetricCollectOptions): Promise<SeriesCollection> {
    const { fromDataPoints } = await this.#loaded();
    return fromDataPoints(await this.collect(options), this.#warn);
  }

  #observed(): Observing | undefined {
    return (this.#observing ??= this.#createObserving?.());
  }

  #live(): MetricProducer {
    if (this.#producer === undefined) throw new Error('the reader belongs to no meter provider yet');
    if (this.#isShutDown) throw new Error('the meter provider has been shut down');
    return this.#producer;
  }

  /** What reads and writes is loaded with the first scrape: who only starts does not wait for it. */
  async #loaded(): Promise<Reading> {
    if (this.#reading !== undefined) return this.#reading;
    const { Renderer, PendingResources, fromDataPoints, overviewOf } = await import('./reading.ts');
    return (this.#reading ??= {
      fromDataPoints,
      overviewOf,
      renderer: new Renderer(this.#exposition, this.#warn),
      resources: new PendingResources(this.#warn),
    });
  }
}

/** What it tells of itself. */
interface Observing {
  readonly collections: CollectionMetrics;
  readonly scrapes: ScrapeMetrics;
}

type Functions = Pick<typeof import('./reading.ts'), 'fromDataPoints' | 'overviewOf'>;

/** What a reader needs to be read. */
interface Reading extends Functions {
  readonly renderer: Renderer;
  readonly resources: PendingResources;
}
