import { CollectionMetrics, collectSeries, componentOn, type SeriesCollection } from '@flowmeter/engine';
import type { MeterProvider } from '@opentelemetry/api';
import { AggregationTemporality, AggregationType, MetricReader, type MetricProducer } from '@opentelemetry/sdk-metrics';
import { fromDataPoints } from './collection/from-data-points.ts';
import { overviewOf } from './collection/overview.ts';
import { PendingResources } from './collection/pending-resources.ts';
import { Renderer } from './exposition/renderer.ts';
import { asError } from './in-words.ts';
import { checkReaderOptions, selectConstantLabels, type PrometheusReaderOptions } from './reader-options.ts';
import { COMPONENT_TYPE, SELF_SCOPE } from './self-metrics/component.ts';
import { FailedCallbacks } from './self-metrics/failed-callbacks.ts';
import { ScrapeMetrics } from './self-metrics/scrape-metrics.ts';
import type { AnsweredScrape, InstrumentOverview, ScrapeRequest, ScrapeSource } from './server/scrape-source.ts';
import { Warnings } from './warnings.ts';

/** How long callbacks may take where the scraper does not say how long it waits: less than Prometheus does by default. */
const CALLBACK_LIMIT_MS = 5000;

/**
 * Reads a meter provider for Prometheus: a pull exporter without a server, to be given to a provider's `readers` and to
 * {@link createHandler}, {@link nodeHandler} or a {@link PrometheusServer}. Any provider will do; with that of
 * `@flowmeter/engine` series are read where they are, without data points in between.
 *
 * @throws TypeError or RangeError for an option that is not allowed
 */
export class PrometheusReader extends MetricReader implements ScrapeSource {
  readonly #renderer: Renderer;
  readonly #warnings = new Warnings();
  readonly #warn = (message: string): void => this.#warnings.warn(message);
  readonly #failedCallbacks = new FailedCallbacks(this.#warn);
  readonly #resources = new PendingResources(this.#warn);
  #collectionMetrics: CollectionMetrics | undefined;
  #scrapeMetrics: ScrapeMetrics | undefined;
  #producer: MetricProducer | undefined;
  #isShutDown = false;
  #turns: Promise<unknown> = Promise.resolve();

  constructor(options: PrometheusReaderOptions = {}) {
    checkReaderOptions(options);
    const { defaultAggregation, cardinalityLimit } = options;
    super({
      aggregationSelector: defaultAggregation ?? (() => ({ type: AggregationType.DEFAULT })),
      aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
      ...(cardinalityLimit === undefined ? {} : { cardinalitySelector: cardinalityLimit }),
    });
    this.#renderer = new Renderer(
      {
        translationStrategy: options.translationStrategy ?? 'UnderscoreEscapingWithSuffixes',
        scopeInfo: options.scopeInfoEnabled ?? true,
        targetInfo: options.targetInfoEnabled ?? true,
        resourceConstantLabels: selectConstantLabels(options.resourceConstantLabels),
      },
      this.#warn,
    );
  }

  /**
   * Tells of itself on a meter of this provider, which may be the one that it reads: how long collections and scrapes take, how
   * large the bodies are, and callbacks that fail. The README has the list.
   */
  setMeterProvider(provider: MeterProvider): void {
    const [meter, component] = [provider.getMeter(SELF_SCOPE), componentOn(provider, COMPONENT_TYPE)];
    this.#failedCallbacks.countOn(meter);
    this.#collectionMetrics = new CollectionMetrics(meter, component);
    this.#scrapeMetrics = new ScrapeMetrics(provider, component);
  }

  /** What a provider with `sdkMetricsEnabled` calls. The base class would not see collections that read series where they are. */
  override _setSelfObsMeterProvider(provider: MeterProvider): void {
    this.setMeterProvider(provider);
  }

  override setMetricProducer(producer: MetricProducer): void {
    // The base class looks at what callbacks have thrown, which may throw in turn.
    const collect: MetricProducer['collect'] = async (options) => {
      const result = await producer.collect(options);
      return { ...result, errors: result.errors.map((each) => asError(each)) };
    };
    super.setMetricProducer({ collect });
    this.#producer = producer;
  }

  /**
   * Makes a body.
   *
   * @returns it in chunks, that are not written to any more
   * @throws Error (as a rejection) when the reader has no provider or has been shut down, or a collection fails
   */
  render(request: ScrapeRequest): Promise<readonly Uint8Array[]> {
    const { rendition, names, timeoutMs = CALLBACK_LIMIT_MS } = request;
    const beganMs = performance.now();
    return this.#inTurn(async () => {
      // In steps, as messages of callbacks that take too long tell their limit.
      const waitedMs = Math.floor((performance.now() - beganMs) / 100) * 100;
      const { resource, metrics, errors } = await this.#collect(Math.max(1, timeoutMs - waitedMs));
      const leftMs = timeoutMs - (performance.now() - beganMs);
      const settled = await this.#resources.settled(resource, leftMs);
      return this.#renderer.render({ resource: settled, metrics, errors }, rendition, names);
    });
  }

  /** Takes a body of {@link render} back, for its memory. Nobody may read it after that. */
  recycle(body: readonly Uint8Array[]): void {
    this.#renderer.recycle(body);
  }

  /** Records how a scrape was answered, where there is a provider for that. */
  scraped(scrape: AnsweredScrape): void {
    this.#scrapeMetrics?.scraped(scrape);
  }

  /** The instruments that have series. */
  overview(): Promise<readonly InstrumentOverview[]> {
    return this.#inTurn(async () => overviewOf(await this.#collect(CALLBACK_LIMIT_MS)));
  }

  protected override async onForceFlush(): Promise<void> {
    // Whoever scrapes decides when.
  }

  protected override async onShutdown(): Promise<void> {
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

  async #collect(timeoutMs: number): Promise<SeriesCollection> {
    if (this.#producer === undefined) throw new Error('the reader belongs to no meter provider yet');
    if (this.#isShutDown) throw new Error('the meter provider has been shut down');
    this.#warnings.begin();
    const beganMs = performance.now();
    const options = { timeoutMillis: timeoutMs };
    const collection =
      (await collectSeries(this.#producer, options)) ?? fromDataPoints(await this.collect(options), this.#warn);
    this.#collectionMetrics?.collected((performance.now() - beganMs) / 1000, collection.errors);
    this.#failedCallbacks.report(collection.errors);
    return collection;
  }
}
