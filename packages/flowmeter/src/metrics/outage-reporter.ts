import { returnUndelivered } from '@flowmeter/engine';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type {
  AggregationOption,
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Messages } from '../messages.ts';
import { reasonOf } from '../reason-of.ts';
import { fingerprintOf } from './fingerprint.ts';

/** So long a failure is news. */
const JUST_NOW_MS = 500;

/** The exporter that an {@link OutageReporter} watches. */
type Watched = PushMetricExporter & {
  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality;
  selectAggregation(instrument: InstrumentType): AggregationOption;
};

/**
 * An exporter that says when pushes begin to fail and when they work again, a line each; the reader that drives it
 * would say so with each push. The reader is told at once that all is well, since it would hold the process with a timer
 * until it is told; pushes are made one after the other, and `forceFlush` waits for them.
 */
export class OutageReporter implements PushMetricExporter {
  readonly #exporter: Watched;
  readonly #timeoutMs: number;
  readonly #target: string;
  readonly #messages: Messages;
  readonly #onPush: () => void;
  #pushes: Promise<void> = Promise.resolve();
  #failures = 0;
  /** The push that has ended last. */
  #last: { fingerprint: string | undefined; hasFailed: boolean; atMs: number } = {
    fingerprint: undefined,
    hasFailed: false,
    atMs: 0,
  };

  /**
   * @param timeoutMs when a push is given up
   * @param onPush called before each push
   */
  constructor(exporter: Watched, timeoutMs: number, target: string, messages: Messages, onPush: () => void) {
    this.#exporter = exporter;
    this.#timeoutMs = timeoutMs;
    this.#target = target;
    this.#messages = messages;
    this.#onPush = onPush;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#onPush();
    this.#pushes = this.#pushes.then(() => this.#deliver(metrics)).catch(() => {});
    done({ code: ExportResultCode.SUCCESS });
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return this.#exporter.selectAggregationTemporality(instrument);
  }

  selectAggregation(instrument: InstrumentType): AggregationOption {
    return this.#exporter.selectAggregation(instrument);
  }

  async forceFlush(): Promise<void> {
    await this.#pushes;
    await this.#exporter.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  /**
   * Whether there is anything in the metrics that the last push has not delivered, or just now not been able to: at an end that
   * goes through several stages each would try in vain.
   */
  isNew(metrics: ResourceMetrics): boolean {
    const fingerprint = fingerprintOf(metrics);
    if (fingerprint === undefined) return false;
    const { hasFailed, atMs } = this.#last;
    return fingerprint !== this.#last.fingerprint || (hasFailed && performance.now() - atMs > JUST_NOW_MS);
  }

  /** Takes notice of what came of a push; what could not be delivered is part of the next delta. */
  settle(metrics: ResourceMetrics, failure: unknown): void {
    const hasFailed = failure !== undefined;
    this.#last = { fingerprint: fingerprintOf(metrics), hasFailed, atMs: performance.now() };
    if (hasFailed) returnUndelivered(metrics);
    this.tell(failure);
  }

  async #deliver(metrics: ResourceMetrics): Promise<void> {
    this.settle(metrics, await this.#push(metrics));
  }

  /** Resolves to the reason of the failure, `undefined` if there was none. */
  #push(metrics: ResourceMetrics): Promise<unknown> {
    return new Promise((resolve) => {
      const giveUp = (): void => resolve(new Error(`no answer within ${this.#timeoutMs} ms`));
      const timer = setTimeout(giveUp, this.#timeoutMs).unref();
      const end = (failure: unknown): void => {
        clearTimeout(timer);
        resolve(failure);
      };
      try {
        this.#exporter.export(metrics, ({ code, error }) => {
          end(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error('no reason given')));
        });
      } catch (error) {
        end(error);
      }
    });
  }

  /** Says that pushes begin to fail, or that they work again. */
  tell(failure: unknown): void {
    if (failure === undefined) {
      if (this.#failures > 0) {
        this.#messages.warn(`OTLP push to ${this.#target} works again, after ${times(this.#failures)}`);
      }
      this.#failures = 0;
      return;
    }
    this.#failures += 1;
    if (this.#failures > 1) return;
    this.#messages.warn(
      `OTLP push to ${this.#target} fails (${reasonOf(failure)}); recording goes on, and the next line about it comes when it works again`,
    );
  }
}

function times(failures: number): string {
  return failures === 1 ? '1 failed push' : `${failures} failed pushes`;
}
