import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { AggregationTemporality, type PushMetricExporter, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { timedPointsOf, type TimedPoint } from './engine.ts';

/** What becomes of one export. */
export type Outcome = 'succeeds' | 'fails' | 'throws' | 'hangs';

/** An exporter with delta temporality that does what it is told, one outcome an export. Without one it succeeds. */
export class UnreliableExporter implements PushMetricExporter {
  /** The points that were delivered, export by export. */
  readonly delivered: (readonly TimedPoint[])[] = [];
  readonly outcomes: Outcome[];
  readonly #temporality: AggregationTemporality;
  #answer: ((result: ExportResult) => void) | undefined;

  constructor(outcomes: readonly Outcome[], temporality = AggregationTemporality.DELTA) {
    this.outcomes = [...outcomes];
    this.#temporality = temporality;
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    switch (this.outcomes.shift() ?? 'succeeds') {
      case 'succeeds':
        this.delivered.push(timedPointsOf(metrics.scopeMetrics.flatMap((scope) => scope.metrics)));
        done({ code: ExportResultCode.SUCCESS });
        return;
      case 'fails':
        done({ code: ExportResultCode.FAILED, error: new Error('refused') });
        return;
      case 'throws':
        throw new Error('broken');
      case 'hangs':
        this.#answer = done;
    }
  }

  /** Answers the last export that hangs, long after its time was over. */
  answerLate(code: ExportResultCode): void {
    this.#answer?.({ code });
  }

  selectAggregationTemporality(): AggregationTemporality {
    return this.#temporality;
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  /** Attributes and value of what was delivered, export by export. */
  get points(): readonly (readonly (readonly [unknown, unknown])[])[] {
    return this.delivered.map((points) => points.map(({ attributes, value }) => [attributes, value] as const));
  }
}
