import { bindRecorder, type BoundRecorder } from '@flowmeter/engine';
import type { Attributes, Histogram, Meter } from '@opentelemetry/api';
import { asError } from '../in-words.ts';

/** What names of errors are recorded: those of classes. */
const CLASS_NAME = /^[\w$.]{1,64}$/;

/** How long collections take, in the metric that the semantic conventions for OpenTelemetry SDKs have for that. */
export class CollectionMetrics {
  readonly #component: Attributes;
  readonly #duration: Histogram;
  readonly #succeeded: Pick<BoundRecorder, 'record'>;

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

  /** @param thrown what callbacks have thrown */
  collected(seconds: number, thrown: readonly unknown[]): void {
    if (thrown.length === 0) return this.#succeeded.record(seconds);
    const { name } = asError(thrown[0]);
    this.#duration.record(seconds, { ...this.#component, 'error.type': CLASS_NAME.test(name) ? name : '_OTHER' });
  }
}
