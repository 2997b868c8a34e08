import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type {
  AggregationOption,
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { reasonOf, type Messages } from '../messages.ts';

/** The exporter that an {@link OutageReporter} watches. */
type Watched = PushMetricExporter & {
  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality;
  selectAggregation(instrument: InstrumentType): AggregationOption;
};

/** How much sooner than the reader the reporter gives up on an export, so that it is the one to say so. */
const MARGIN_MS = 20;

/**
 * An exporter that says when pushes begin to fail and when they work again, a line each; the reader that drives it
 * would say so with each push, and so is told that all is well.
 */
export class OutageReporter implements PushMetricExporter {
  readonly #exporter: Watched;
  readonly #timeoutMs: number;
  readonly #limitMs: number;
  readonly #target: string;
  readonly #messages: Messages;
  readonly #onPush: () => void;
  #failures = 0;
  /** How many exports that were given up are still under way. */
  #abandoned = 0;

  /**
   * @param timeoutMs the reader's own limit for an export
   * @param onPush called before each push
   */
  constructor(exporter: Watched, timeoutMs: number, target: string, messages: Messages, onPush: () => void) {
    this.#exporter = exporter;
    this.#timeoutMs = timeoutMs;
    this.#limitMs = timeoutMs > 2 * MARGIN_MS ? timeoutMs - MARGIN_MS : timeoutMs;
    this.#target = target;
    this.#messages = messages;
    this.#onPush = onPush;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#onPush();
    let ended = false;
    const end = (failure: unknown): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      this.#report(failure);
      done({ code: ExportResultCode.SUCCESS });
    };
    let abandoned = false;
    const giveUp = (): void => {
      abandoned = true;
      this.#abandoned += 1;
      end(new Error(`no answer within ${this.#timeoutMs} ms`));
    };
    const timer = setTimeout(giveUp, this.#limitMs).unref();
    // What is under way holds the process. One export on top of the other would hold it for good, so there is a moment without.
    if (this.#abandoned > 0) return end(new Error('the push before is still under way'));
    try {
      this.#exporter.export(metrics, ({ code, error }) => {
        if (abandoned) setImmediate(() => (this.#abandoned -= 1));
        end(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error('no reason given')));
      });
    } catch (error) {
      end(error);
    }
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return this.#exporter.selectAggregationTemporality(instrument);
  }

  selectAggregation(instrument: InstrumentType): AggregationOption {
    return this.#exporter.selectAggregation(instrument);
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  #report(failure: unknown): void {
    if (failure === undefined) {
      if (this.#failures > 0)
        this.#messages.warn(`OTLP push to ${this.#target} works again, after ${times(this.#failures)}`);
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
