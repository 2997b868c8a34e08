import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import { bindRecorder } from './bound-anyway.ts';
import type { BoundRecorder } from './bound-instrument.ts';

/** What names of errors are recorded: those of classes. */
const CLASS_NAME = /^[\w$.]{1,64}$/;

/** How long the collections of a reader take, in the metric that the semantic conventions for OpenTelemetry SDKs have for that. */
export class CollectionMetrics {
  readonly #component: Attributes;
  readonly #duration: Histogram;
  readonly #succeeded: Pick<BoundRecorder, 'record'>;

  /** @param component what tells the reader from others, of {@link componentOn} */
  constructor(meter: Meter, component: Attributes) {
    this.#component = component;
    this.#duration = meter.createHistogram('otel.sdk.metric_reader.collection.duration', {
      unit: 's',
      description: 'The duration of the collect operation of the metric reader.',
      // One bucket, as the conventions have it.
      advice: { explicitBucketBoundaries: [] },
    });
    this.#succeeded = bindRecorder(this.#duration, component);
  }

  /**
   * Records a collection.
   *
   * @param thrown what callbacks have thrown
   */
  collected(seconds: number, thrown: readonly unknown[]): void {
    if (thrown.length === 0) this.#succeeded.record(seconds);
    else this.#duration.record(seconds, { ...this.#component, 'error.type': classOf(thrown[0]) });
  }
}

/** Never throws, whatever the value does when it is looked at. */
function classOf(thrown: unknown): string {
  try {
    const name: unknown = thrown instanceof Error ? thrown.name : undefined;
    return typeof name === 'string' && CLASS_NAME.test(name) ? name : '_OTHER';
  } catch {
    return '_OTHER';
  }
}
