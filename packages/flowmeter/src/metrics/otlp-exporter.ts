import type { MeterProvider } from '@opentelemetry/api';
import type { AggregationTemporality } from '@flowmeter/engine';
import type { AggregationOption, InstrumentType } from '@opentelemetry/sdk-metrics';
import { aggregationOf } from './aggregation.ts';
import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';
import { ExportMetrics } from './export-metrics.ts';
import { createConnection } from './otlp-connection.ts';
import type { OtlpSender } from './otlp-sender.ts';
import { PUSH_CLOCK, type PushClock } from './push-clock.ts';
import type { PushTally } from './push-tally.ts';
import type { RequestLimit } from './request-limit.ts';
import { temporalityOf } from './temporality.ts';

/**
 * The exporter for the configured protocol, loaded with the first push: an application that starts pays for it after
 * its own start.
 */
export class OtlpExporter {
  readonly #otlp: OtlpConfiguration;
  readonly #limit: RequestLimit;
  readonly #clock: PushClock;
  readonly #metrics: ExportMetrics;
  /** By when pushes have to end. */
  #until = Infinity;
  #sender: Promise<OtlpSender> | undefined;
  #abandon: (reason: Error) => void = () => {};

  constructor(otlp: OtlpConfiguration, limit: RequestLimit, clock: PushClock = PUSH_CLOCK) {
    this.#otlp = otlp;
    this.#limit = limit;
    this.#clock = clock;
    this.#metrics = new ExportMetrics(otlp);
  }

  /** Records what comes of pushes on a meter of this provider, from now on. */
  setMeterProvider(provider: MeterProvider): void {
    this.#metrics.recordOn(provider);
  }

  /** Has the push under way and those of `push` end within the limit. */
  async hurry(limitMs: number, push: () => Promise<void>): Promise<void> {
    const until = this.#clock.now() + limitMs;
    await this.#endBy(until);
    await push();
    if (this.#until === until) await this.#endBy(Infinity);
  }

  /** Delivers what it can, and notes that. Never rejects. */
  async push(tally: PushTally): Promise<void> {
    const ended = this.#metrics.begin(tally);
    let abandoned: Error | undefined;
    this.#abandon = (reason) => void (abandoned ??= reason);
    try {
      const sender = await (this.#sender ??= this.#load());
      if (abandoned !== undefined) throw abandoned;
      this.#abandon = (reason) => sender.abandon(reason);
      await sender.push(tally);
    } catch (error) {
      if (abandoned === undefined) this.#sender = undefined;
      tally.end(error);
    }
    ended();
  }

  /** Ends the push under way for the reason. */
  abandon(reason: Error): void {
    this.#abandon(reason);
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return temporalityOf(this.#otlp.temporality, instrument);
  }

  selectAggregation(instrument: InstrumentType): AggregationOption {
    return aggregationOf(this.#otlp.histogramAggregation, instrument);
  }

  async shutdown(): Promise<void> {
    await (await this.#loaded())?.shutdown();
  }

  /** An exporter that cannot be loaded has been reported by the push that wanted it. */
  #loaded(): Promise<OtlpSender | undefined> {
    return this.#sender?.catch(() => undefined) ?? Promise.resolve(undefined);
  }

  async #endBy(until: number): Promise<void> {
    this.#until = until;
    (await this.#loaded())?.hurry(until);
  }

  async #load(): Promise<OtlpSender> {
    const [{ OtlpSender: Sender }, connection] = await Promise.all([
      import('./otlp-sender.ts'),
      createConnection(this.#otlp),
    ]);
    const sender = new Sender(this.#otlp, connection, this.#limit, this.#clock);
    sender.hurry(this.#until);
    return sender;
  }
}
