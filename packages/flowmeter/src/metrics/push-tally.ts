import type { DataPoint, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { reasonOf } from '../reason-of.ts';
import { errorTypeOf } from './otlp-failure.ts';
import type { RequestPart } from './request-part.ts';

/** The `error.type` of points that a collector has thrown away (semantic conventions for OpenTelemetry SDK metrics). */
const REJECTED = 'rejected';

/**
 * What has become of the data points of one push. Whoever delivers them notes it here, part by part; what is not noted as delivered
 * counts as undelivered, at any moment.
 */
export class PushTally {
  readonly metrics: ResourceMetrics;
  /** How many data points there are. */
  readonly points: number;
  readonly #beganMs = performance.now();
  readonly #delivered: RequestPart[] = [];
  readonly #failed = new Map<string, number>();
  #noted = 0;
  #rejected = 0;
  #status: number | undefined;
  #errorType: string | undefined;
  #endedMs: number | undefined;
  /** The first. */
  #failure: { readonly error: unknown } | undefined;

  constructor(metrics: ResourceMetrics) {
    this.metrics = metrics;
    const all = metrics.scopeMetrics.flatMap((scope) => scope.metrics);
    this.points = all.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
  }

  /** A request has ended: with an answer of this status, or `undefined`, without one. */
  answered(status: number | undefined): void {
    if (!this.#isEnded) this.#status = status;
  }

  /** A request has been taken, but for the points that the collector says it has rejected. It does not say which. */
  take(part: RequestPart, rejected = 0): void {
    if (this.#isEnded) return;
    this.#delivered.push(part);
    this.#noted += part.points;
    this.#rejected += rejected;
    if (rejected > 0) this.#errorType = REJECTED;
  }

  /** A request has failed for good. */
  fail({ points }: RequestPart, error: unknown): void {
    if (!this.#isEnded) this.#fail(points, error);
  }

  /** Nothing more is to come: what has not been noted has failed, for this reason. What is noted later does not count. */
  end(error?: unknown): void {
    if (this.#isEnded) return;
    if (error !== undefined) this.#fail(this.points - this.#noted, error);
    this.#endedMs = performance.now();
  }

  /** How long it took, in seconds; `NaN` until it has ended. */
  get seconds(): number {
    return ((this.#endedMs ?? Number.NaN) - this.#beganMs) / 1000;
  }

  /** The status of the last answer, in HTTP or gRPC; `undefined` if the last request had none. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Why not all was taken, for the last time; `undefined` if it was. */
  get errorType(): string | undefined {
    return this.#errorType;
  }

  /** How many data points were taken. */
  get accepted(): number {
    return this.#delivered.reduce((sum, { points }) => sum + points, 0) - this.#rejected;
  }

  /** How many data points were not taken, or were and thrown away, by `error.type`. */
  get failed(): ReadonlyMap<string, number> {
    return this.#rejected === 0 ? this.#failed : new Map([...this.#failed, [REJECTED, this.#rejected]]);
  }

  /** Why not everything was delivered, `undefined` if it was. */
  get failure(): unknown {
    if (this.#failure === undefined) return undefined;
    const { error } = this.#failure;
    const failed = [...this.#failed.values()].reduce((sum, points) => sum + points, 0);
    return failed === this.points
      ? error
      : new Error(`${reasonOf(error)}, for ${failed} of ${this.points} data points`);
  }

  /** The data points that were delivered. */
  get delivered(): ReadonlySet<DataPoint<unknown>> {
    const delivered = new Set<DataPoint<unknown>>();
    for (const part of this.#delivered) {
      for (const { metric, from, to } of part.stretches()) {
        for (const point of metric.dataPoints.slice(from, to)) delivered.add(point);
      }
    }
    return delivered;
  }

  get #isEnded(): boolean {
    return this.#endedMs !== undefined;
  }

  #fail(points: number, error: unknown): void {
    this.#failure ??= { error };
    const type = errorTypeOf(error);
    this.#errorType = type;
    this.#failed.set(type, (this.#failed.get(type) ?? 0) + points);
    this.#noted += points;
  }
}
