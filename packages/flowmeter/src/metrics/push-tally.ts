import type { DataPoint, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { reasonOf } from '../reason-of.ts';
import { errorTypeOf } from './otlp-failure.ts';
import type { RequestPart } from './request-part.ts';

/**
 * What has become of the data points of one push. Whoever delivers them notes it here, part by part; what is not noted as delivered
 * counts as undelivered, at any moment.
 */
export class PushTally {
  readonly metrics: ResourceMetrics;
  /** How many data points there are. */
  readonly points: number;
  readonly #delivered: RequestPart[] = [];
  readonly #failed = new Map<string, number>();
  #noted = 0;
  #rejected = 0;
  /** The first. */
  #failure: { readonly error: unknown } | undefined;
  #isEnded = false;

  constructor(metrics: ResourceMetrics) {
    this.metrics = metrics;
    const all = metrics.scopeMetrics.flatMap((scope) => scope.metrics);
    this.points = all.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
  }

  /** A request has been taken, but for the points that the collector says it has rejected. It does not say which. */
  take(part: RequestPart, rejected = 0): void {
    if (this.#isEnded) return;
    this.#delivered.push(part);
    this.#noted += part.points;
    this.#rejected += rejected;
  }

  /** A request has failed for good. */
  fail({ points }: RequestPart, error: unknown): void {
    if (!this.#isEnded) this.#fail(points, error);
  }

  /** Nothing more is to come: what has not been noted has failed, for this reason. What is noted later does not count. */
  end(error?: unknown): void {
    if (this.#isEnded) return;
    if (error !== undefined) this.#fail(this.points - this.#noted, error);
    this.#isEnded = true;
  }

  /** How many data points were taken. */
  get accepted(): number {
    return this.#delivered.reduce((sum, { points }) => sum + points, 0) - this.#rejected;
  }

  /** How many data points were taken and thrown away, as answers say. */
  get rejected(): number {
    return this.#rejected;
  }

  /** How many data points could not be delivered, by `error.type`. */
  get failed(): ReadonlyMap<string, number> {
    return this.#failed;
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
    const metrics = this.#delivered.flatMap((part) => part.metrics.scopeMetrics.flatMap((scope) => scope.metrics));
    return new Set(metrics.flatMap(({ dataPoints }): readonly DataPoint<unknown>[] => dataPoints));
  }

  #fail(points: number, error: unknown): void {
    this.#failure ??= { error };
    const type = errorTypeOf(error);
    this.#failed.set(type, (this.#failed.get(type) ?? 0) + points);
    this.#noted += points;
  }
}
