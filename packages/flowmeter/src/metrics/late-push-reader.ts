import { AggregationTemporality, AggregationType, collectNow, type CollectedNow } from '@flowmeter/engine';
import type { MeterProvider } from '@opentelemetry/api';
import type {
  AggregationOption,
  CollectionResult,
  IMetricReader,
  InstrumentType,
  MetricCollectOptions,
  MetricProducer,
  PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { Configuration } from '../configuration/configuration.ts';
import { warnThroughDiag } from '../messages.ts';
import { reasonOf } from '../reason-of.ts';
import type { PushReader } from './push-reader.ts';

/** How long `shutdown` and `forceFlush` may take. */
type Limit = NonNullable<Parameters<IMetricReader['shutdown']>[0]>;

/** The series of an instrument where no view says anything else (specification, SDK, "Cardinality limits"). */
const DEFAULT_CARDINALITY_LIMIT = 2000;

/**
 * A {@link PushReader} that is loaded with the first push, and sdk-metrics with it: an application that starts pays for it after
 * its own start, and one that ends before that never does.
 */
export class LatePushReader implements IMetricReader {
  readonly #intervals: Pick<Configuration, 'exportIntervalMs' | 'exportTimeoutMs'>;
  /** Where the engine puts what follows the exports, as it does with sdk-metrics' own reader. */
  _exporter: PushMetricExporter;
  #producer: MetricProducer | undefined;
  #tellsOn: MeterProvider | undefined;
  #firstPush: NodeJS.Timeout | undefined;
  #reader: Promise<PushReader> | undefined;

  constructor(intervals: Pick<Configuration, 'exportIntervalMs' | 'exportTimeoutMs'>, exporter: PushMetricExporter) {
    this.#intervals = intervals;
    this._exporter = exporter;
  }

  /** @throws Error where it has a provider already */
  setMetricProducer(producer: MetricProducer): void {
    if (this.#producer !== undefined) throw new Error('MetricReader can not be bound to a MeterProvider again.');
    this.#producer = producer;
    this.#awaitFirstPush();
  }

  /** Records how long collections take on a meter of this provider, from the first push on. */
  setMeterProvider(provider: MeterProvider): void {
    this.#tellsOn = provider;
  }

  selectAggregation(instrument: InstrumentType): AggregationOption {
    return this._exporter.selectAggregation?.(instrument) ?? { type: AggregationType.DEFAULT };
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return this._exporter.selectAggregationTemporality?.(instrument) ?? AggregationTemporality.CUMULATIVE;
  }

  selectCardinalityLimit(): number {
    return DEFAULT_CARDINALITY_LIMIT;
  }

  async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    return (await this.#loaded()).collect(options);
  }

  /** What there is now; `undefined` with sdk-metrics' own engine, which can only be waited for. */
  collectNow(): CollectedNow | undefined {
    return this.#producer === undefined ? undefined : collectNow(this.#producer);
  }

  async forceFlush(limit?: Limit): Promise<void> {
    await (await this.#loaded()).forceFlush(limit);
  }

  async shutdown(limit?: Limit): Promise<void> {
    await (await this.#loaded()).shutdown(limit);
  }

  #awaitFirstPush(): void {
    this.#firstPush = setTimeout(() => void this.#pushFirst(), this.#intervals.exportIntervalMs).unref();
  }

  /** From then on the reader pushes at the interval by itself. */
  async #pushFirst(): Promise<void> {
    try {
      await this.forceFlush();
    } catch (error) {
      warnThroughDiag(`nothing can be pushed: ${reasonOf(error)}`);
      this.#awaitFirstPush();
    }
  }

  #loaded(): Promise<PushReader> {
    return (this.#reader ??= this.#load());
  }

  async #load(): Promise<PushReader> {
    clearTimeout(this.#firstPush);
    try {
      const { PushReader: Reader } = await import('./push-reader.ts');
      const reader = new Reader(this.#intervals, this._exporter);
      if (this.#tellsOn !== undefined) reader.setMeterProvider(this.#tellsOn);
      if (this.#producer !== undefined) reader.setMetricProducer(this.#producer);
      return reader;
    } catch (error) {
      this.#reader = undefined;
      throw error;
    }
  }
}
