import { createRequire } from 'node:module';
import { extname } from 'node:path';
import type { AnsweredScrape, InstrumentOverview, ScrapeRequest, ScrapeSource } from '@flowmeter/prometheus/server';
import { createNoopMeter, type Meter, type MeterOptions } from '@opentelemetry/api';
import type { Messages } from '../messages.ts';
import { reasonOf } from '../reason-of.ts';
import type { MetricsProvider } from './meter-provider.ts';
import type { Metrics } from './metrics.ts';

type Module = typeof import('./metrics.ts');

const require = createRequire(import.meta.url);

/** Loads what metrics need, at once: an instrument that is asked for is live when it is given. */
export function loadMetrics(): Module {
  // The source runs as it is, and so does what is built of it.
  return require(`./metrics${extname(import.meta.url)}`) as Module;
}

/**
 * The metrics of the process, which are made, and what makes them loaded, with the first meter or scrape, or when a push is near.
 * `NODE_OPTIONS` starts flowmeter in every Node process below an application, and most of those end without any of these.
 */
export class MetricsOnDemand implements MetricsProvider, ScrapeSource {
  readonly #create: () => Metrics;
  readonly #messages: Messages;
  #metrics: Metrics | undefined;
  #failure: unknown;
  #timer: NodeJS.Timeout | undefined;
  #isShutDown = false;

  constructor(create: () => Metrics, messages: Messages) {
    this.#create = create;
    this.#messages = messages;
  }

  /** What was made; `undefined` means that nothing has been recorded. */
  get made(): Metrics | undefined {
    return this.#metrics;
  }

  /** @throws what keeps it from being made, which is told the first time */
  make(): Metrics {
    clearTimeout(this.#timer);
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return (this.#metrics ??= this.#create());
    } catch (error) {
      this.#failure = error;
      this.#messages.error(`nothing is recorded: ${reasonOf(error)}`);
      throw error;
    }
  }

  /** Makes it in so many milliseconds, if nothing does before. Does not hold the process. */
  makeIn(delayMs: number): void {
    if (this.#metrics === undefined) this.#timer = setTimeout(() => void this.#madeIfPossible(), delayMs).unref();
  }

  /** Never throws. */
  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    const metrics = this.#isShutDown ? this.#metrics : this.#madeIfPossible();
    return metrics?.provider.getMeter(name, version, options) ?? createNoopMeter();
  }

  async forceFlush(): Promise<void> {
    await this.#metrics?.provider.forceFlush();
  }

  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    clearTimeout(this.#timer);
    await this.#metrics?.provider.shutdown();
  }

  async render(request: ScrapeRequest): Promise<readonly Uint8Array[]> {
    return this.#source().render(request);
  }

  recycle(body: readonly Uint8Array[]): void {
    this.#metrics?.source?.recycle?.(body);
  }

  scraped(scrape: AnsweredScrape): void {
    this.#metrics?.source?.scraped?.(scrape);
  }

  async overview(): Promise<readonly InstrumentOverview[]> {
    return this.#source().overview();
  }

  #source(): ScrapeSource {
    // A scrape that is under way meanwhile: what it would make nobody would end.
    if (this.#isShutDown && this.#metrics === undefined) throw new Error('flowmeter has been shut down');
    const { source } = this.make();
    if (source === undefined) throw new Error('there is no endpoint');
    return source;
  }

  #madeIfPossible(): Metrics | undefined {
    try {
      return this.make();
    } catch {
      return undefined;
    }
  }
}
