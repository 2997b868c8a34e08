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
import { NoAnswer } from './no-answer.ts';
import { OutageLines } from './outage-lines.ts';
import { PushTally } from './push-tally.ts';

/** So long a failure is news. */
const JUST_NOW_MS = 500;

/** What an {@link OutageReporter} watches. */
interface Watched {
  /** Delivers what it can, and notes that; resolves when nothing more is tried. */
  push(tally: PushTally): Promise<void>;
  /** Ends the push under way. */
  abandon(reason: Error): void;
  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality;
  selectAggregation(instrument: InstrumentType): AggregationOption;
  shutdown(): Promise<void>;
}

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
  readonly #underWay = new Set<PushTally>();
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
    const tally = new PushTally(metrics);
    this.#underWay.add(tally);
    this.#pushes = this.#pushes.then(() => this.#deliver(tally)).catch(() => {});
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

  /** Takes notice of what came of a push, each but those that are taken back; what could not be delivered is part of the next delta. */
  settle(tally: PushTally): void {
    const { metrics, failure } = tally;
    const hasFailed = failure !== undefined;
    this.#last = { fingerprint: fingerprintOf(metrics), hasFailed, atMs: performance.now() };
    if (hasFailed) returnUndelivered(metrics, tally.delivered);
    this.tell(failure);
  }

  /** Says that pushes begin to fail, or that they work again. */
  tell(failure: unknown): void {
    this.#lines.tell(failure);
  }

  /**
   * Ends the push under way without a word, for one that is made at once: what was in it is part of the next delta. What the
   * collector has taken already and not answered yet, it is told twice.
   */
  takeBack(): void {
    for (const { metrics, delivered } of this.#underWay) returnUndelivered(metrics, delivered);
    this.#underWay.clear();
    this.#exporter.abandon(new Error('it was taken back'));
  }

  async #deliver(tally: PushTally): Promise<void> {
    if (!this.#underWay.has(tally)) return;
    await this.#push(tally);
    if (this.#underWay.delete(tally)) this.settle(tally);
  }

  /** Resolves when the push has ended or is given up; then the tally says what came of it. */
  #push(tally: PushTally): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        const reason = new NoAnswer(this.#timeoutMs);
        // What comes of it later is not known to anybody.
        tally.end(reason);
        this.#exporter.abandon(reason);
        resolve();
      };
      const timer = setTimeout(giveUp, this.#timeoutMs).unref();
      this.#exporter
        .push(tally)
        .finally(() => clearTimeout(timer))
        .then(resolve, reject);
    });
  }
}
