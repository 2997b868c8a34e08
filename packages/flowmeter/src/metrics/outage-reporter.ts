import { returnUndelivered, ExportResultCode } from '@flowmeter/engine';
import type { ExportResult } from '@opentelemetry/core';
import type {
  AggregationOption,
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Messages } from '../messages.ts';
import { fingerprintOf } from './fingerprint.ts';
import { OutageLines } from './outage-lines.ts';

/** So long a failure is news. */
const JUST_NOW_MS = 500;

/** The exporter that an {@link OutageReporter} watches. */
type Watched = PushMetricExporter & {
  /** Ends the export under way, if it can be ended. */
  abandon?(reason: Error): void;
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
  readonly #lines: OutageLines;
  readonly #onPush: () => void;
  #pushes: Promise<void> = Promise.resolve();
  /** What is being pushed, or waits for that. */
  readonly #underWay = new Set<{ readonly metrics: ResourceMetrics }>();
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
    this.#lines = new OutageLines(target, messages);
    this.#onPush = onPush;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#onPush();
    const push = { metrics };
    this.#underWay.add(push);
    this.#pushes = this.#pushes.then(() => this.#deliver(push)).catch(() => {});
    done({ code: ExportResultCode.SUCCESS });
  }

  /** Whether a push is under way: one more would have to wait for it. */
  get isPushing(): boolean {
    return this.#underWay.size > 0;
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

  /** Says that pushes begin to fail, or that they work again. */
  tell(failure: unknown): void {
    this.#lines.tell(failure);
  }

  /**
   * Ends the push under way without a word, for one that is made at once: what was in it is part of the next delta. Where the
   * collector has taken it already and not answered yet, it is told twice.
   */
  takeBack(): void {
    for (const { metrics } of this.#underWay) returnUndelivered(metrics);
    this.#underWay.clear();
    this.#exporter.abandon?.(new Error('it was taken back'));
  }

  async #deliver(push: { readonly metrics: ResourceMetrics }): Promise<void> {
    if (!this.#underWay.has(push)) return;
    const failure = await this.#push(push.metrics);
    if (this.#underWay.delete(push)) this.settle(push.metrics, failure);
  }

  /** Resolves to the reason of the failure, `undefined` if there was none. */
  #push(metrics: ResourceMetrics): Promise<unknown> {
    return new Promise((resolve) => {
      const giveUp = (): void => {
        const reason = new Error(`no answer within ${this.#timeoutMs} ms`);
        resolve(reason);
        // What comes of it later is not known to anybody.
        this.#exporter.abandon?.(reason);
      };
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
}
