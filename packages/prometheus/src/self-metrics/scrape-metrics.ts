import { bindRecorder, componentOn, type BoundRecorder } from '@flowmeter/engine';
import type { Attributes, Histogram, MeterProvider } from '@opentelemetry/api';
import type { AnsweredScrape } from '../server/scrape-source.ts';
import { COMPONENT_TYPE, SELF_SCOPE } from './component.ts';

/** Those of one format, where they were answered with metrics. */
interface Succeeded {
  readonly duration: Pick<BoundRecorder, 'record'>;
  readonly size: Pick<BoundRecorder, 'record'>;
}

/**
 * How long scrapes take and how large their bodies are, by format. What a scrape took shows in the one after it. Prometheus keeps
 * the time and size of each scrape itself, so there is one bucket, as the semantic conventions have it for the durations of SDKs.
 */
export class ScrapeMetrics {
  readonly #component: Attributes;
  readonly #duration: Histogram;
  readonly #size: Histogram;
  readonly #succeeded = new Map<string, Succeeded>();

  /** @param provider on a meter of which they are recorded */
  constructor(provider: MeterProvider, component: Attributes = componentOn(provider, COMPONENT_TYPE)) {
    const meter = provider.getMeter(SELF_SCOPE);
    const advice = { explicitBucketBoundaries: [] };
    this.#component = component;
    this.#duration = meter.createHistogram('flowmeter.prometheus.scrape.duration', {
      unit: 's',
      description: 'The time from a scrape until its answer could be sent',
      advice,
    });
    this.#size = meter.createHistogram('flowmeter.prometheus.scrape.size', {
      unit: 'By',
      description: 'The size of the body that a scrape was answered with, before compression',
      advice,
    });
  }

  /** Records a scrape that was answered. */
  scraped({ format, seconds, status, bytes }: AnsweredScrape): void {
    if (bytes === undefined) {
      return this.#duration.record(seconds, { ...this.#component, format, 'error.type': `${status}` });
    }
    let succeeded = this.#succeeded.get(format);
    if (succeeded === undefined) this.#succeeded.set(format, (succeeded = this.#bind({ ...this.#component, format })));
    succeeded.duration.record(seconds);
    succeeded.size.record(bytes);
  }

  #bind(attributes: Attributes): Succeeded {
    return { duration: bindRecorder(this.#duration, attributes), size: bindRecorder(this.#size, attributes) };
  }
}
