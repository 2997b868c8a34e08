import { collectSeries, type SeriesCollection } from '@flowmeter/engine';
import { diag, type Counter, type MeterProvider } from '@opentelemetry/api';
import { AggregationTemporality, AggregationType, MetricReader, type MetricProducer } from '@opentelemetry/sdk-metrics';
import { fromDataPoints } from './collection/from-data-points.ts';
import { overviewOf } from './collection/overview.ts';
import { Renderer } from './exposition/renderer.ts';
import { checkReaderOptions, selectConstantLabels, type PrometheusReaderOptions } from './reader-options.ts';
import type { InstrumentOverview, ScrapeRequest, ScrapeSource } from './server/scrape-source.ts';

/** How long callbacks may take where the scraper does not say how long it waits: less than Prometheus does by default. */
const CALLBACK_LIMIT_MS = 5000;

/** Different warnings that are remembered, so that each is given once. */
const MOST_WARNINGS = 1000;

/**
 * Reads a meter provider for Prometheus: a pull exporter without a server, to be given to a provider's `readers` and to
 * {@link createHandler}, {@link nodeHandler} or a {@link PrometheusServer}. Any provider will do; with that of
 * `@flowmeter/engine` series are read where they are, without data points in between.
 *
 * @throws TypeError or RangeError for an option that is not allowed
 */
export class PrometheusReader extends MetricReader implements ScrapeSource {
  readonly #renderer: Renderer;
  readonly #warned = new Set<string>();
  #producer: MetricProducer | undefined;
  #isShutDown = false;
  #failedCallbacks: Counter | undefined;

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
      (message) => this.#warn(message),
    );
  }

  /** Counts callbacks that fail, from the first one on, in `flowmeter.prometheus.failed_callbacks` on a meter of this provider. */
  setMeterProvider(provider: MeterProvider): void {
    this.#failedCallbacks = provider
      .getMeter('@flowmeter/prometheus')
      .createCounter('flowmeter.prometheus.failed_callbacks', {
        unit: '{callback}',
        description: 'Callbacks of observable instruments that threw or took too long during a scrape',
      });
  }

  override setMetricProducer(producer: MetricProducer): void {
    super.setMetricProducer(producer);
    this.#producer = producer;
  }

  /**
   * Makes a body.
   *
   * @returns it in chunks, that are not written to any more
   * @throws Error (as a rejection) when the reader has no provider or has been shut down, or a collection fails
   */
  async render({ rendition, names, timeoutMs }: ScrapeRequest): Promise<readonly Uint8Array[]> {
    return this.#renderer.render(await this.#collect(timeoutMs), rendition, names);
  }

  /** Takes a body of {@link render} back, for its memory. Nobody may read it after that. */
  recycle(body: readonly Uint8Array[]): void {
    this.#renderer.recycle(body);
  }

  /** The instruments that have series. */
  async overview(): Promise<readonly InstrumentOverview[]> {
    return overviewOf(await this.#collect(undefined));
  }

  protected override async onForceFlush(): Promise<void> {
    // Whoever scrapes decides when.
  }

  protected override async onShutdown(): Promise<void> {
    this.#isShutDown = true;
  }

  async #collect(timeoutMs = CALLBACK_LIMIT_MS): Promise<SeriesCollection> {
    if (this.#producer === undefined) throw new Error('the reader belongs to no meter provider yet');
    if (this.#isShutDown) throw new Error('the meter provider has been shut down');
    const options = { timeoutMillis: timeoutMs };
    const collection =
      (await collectSeries(this.#producer, options)) ??
      fromDataPoints(await this.collect(options), (message) => this.#warn(message));
    const { resource, errors } = collection;
    if (resource.asyncAttributesPending === true) await resource.waitForAsyncAttributes?.();
    for (const error of errors)
      this.#warn(`a callback failed: ${error instanceof Error ? error.message : String(error)}`);
    if (errors.length > 0) this.#failedCallbacks?.add(errors.length);
    return collection;
  }

  #warn(message: string): void {
    if (this.#warned.has(message) || this.#warned.size >= MOST_WARNINGS) return;
    this.#warned.add(message);
    diag.warn(`flowmeter: Prometheus endpoint: ${message}`);
  }
}
