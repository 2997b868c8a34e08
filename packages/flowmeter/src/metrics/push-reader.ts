import { CollectionMetrics, collectNow, componentOn, type CollectedNow } from '@flowmeter/engine';
import type { MeterProvider } from '@opentelemetry/api';
import type {
  CollectionResult,
  MetricCollectOptions,
  MetricProducer,
  PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { toError } from '../reason-of.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { loadResources, loadSdkMetrics } from '../open-telemetry-on-demand.ts';
import { PUSH_SCOPE } from './self-scopes.ts';

const { PeriodicExportingMetricReader } = loadSdkMetrics();

/** The exporter of a {@link PushReader}. */
type Exporter = PushMetricExporter & {
  /** Whether it is pushing still, though it has told the reader that all is well. */
  readonly isPushing?: boolean;
};

/**
 * A reader that pushes through an exporter at the configured interval, and can be read when nothing can be waited for. While
 * a push is under way nothing is collected: what is recorded meanwhile is in the push after it, however slow the collector
 * is, and a flush waits for its turn.
 */
export class PushReader extends PeriodicExportingMetricReader {
  readonly #exporter: Exporter;
  #producer: MetricProducer | undefined;
  #metrics: CollectionMetrics | undefined;
  /** How many calls of `forceFlush` and `shutdown` are under way. */
  #flushes = 0;

  constructor(
    { exportIntervalMs, exportTimeoutMs }: Pick<Configuration, 'exportIntervalMs' | 'exportTimeoutMs'>,
    exporter: Exporter,
  ) {
    super({ exporter, exportIntervalMillis: exportIntervalMs, exportTimeoutMillis: exportTimeoutMs });
    this.#exporter = exporter;
  }

  override async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    if (this.#exporter.isPushing === true) {
      if (this.#flushes === 0) return NOTHING;
      await this.#exporter.forceFlush();
    }
    const beganMs = performance.now();
    const collection = await super.collect(options);
    this.#metrics?.collected((performance.now() - beganMs) / 1000, collection.errors);
    return collection;
  }

  protected override async onForceFlush(): Promise<void> {
    this.#flushes += 1;
    try {
      await super.onForceFlush();
    } finally {
      this.#flushes -= 1;
    }
  }

  override setMetricProducer(producer: MetricProducer): void {
    this.#producer = producer;
    // The base class looks at what callbacks have thrown, which may be nothing, or throw in turn.
    const collect: MetricProducer['collect'] = async (options) => {
      const result = await producer.collect(options);
      return { ...result, errors: result.errors.map(toError) };
    };
    super.setMetricProducer({ collect });
  }

  /** Records how long collections take on a meter of this provider, from now on. */
  setMeterProvider(provider: MeterProvider): void {
    this.#metrics = new CollectionMetrics(
      provider.getMeter(PUSH_SCOPE),
      componentOn(provider, 'periodic_metric_reader'),
    );
  }

  /** What there is now; `undefined` with sdk-metrics' own engine, which can only be waited for. */
  collectNow(): CollectedNow | undefined {
    return this.#producer === undefined ? undefined : collectNow(this.#producer);
  }
}

/** A collection that the reader exports nothing of. */
const NOTHING: CollectionResult = {
  resourceMetrics: { resource: loadResources().emptyResource(), scopeMetrics: [] },
  errors: [],
};
