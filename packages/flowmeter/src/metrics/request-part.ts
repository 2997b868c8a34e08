import type { MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';

/** Data points of one metric that follow one another. */
export interface Stretch {
  readonly scope: ScopeMetrics['scope'];
  readonly metric: MetricData;
  /** The position of the first in the metric; `to` is the first behind them. */
  readonly from: number;
  readonly to: number;
}

/** Some of the data points of a push, in their order: what one request holds. */
export class RequestPart {
  readonly #whole: ResourceMetrics;
  readonly #from: number;
  readonly #to: number;

  private constructor(whole: ResourceMetrics, from: number, to: number) {
    this.#whole = whole;
    // Counted over all metrics.
    this.#from = from;
    this.#to = to;
  }

  /** All the data points that there are. */
  static all(metrics: ResourceMetrics): RequestPart {
    let points = 0;
    for (const scope of metrics.scopeMetrics) for (const { dataPoints } of scope.metrics) points += dataPoints.length;
    return new RequestPart(metrics, 0, points);
  }

  get resource(): ResourceMetrics['resource'] {
    return this.#whole.resource;
  }

  /** How many data points it has. */
  get points(): number {
    return this.#to - this.#from;
  }

  /** The first so many of its points, and those behind them. */
  split(points: number): [RequestPart, RequestPart] {
    const middle = this.#from + points;
    return [new RequestPart(this.#whole, this.#from, middle), new RequestPart(this.#whole, middle, this.#to)];
  }

  /** Its points, metric by metric; metrics without any are left out. */
  *stretches(): Generator<Stretch, void> {
    let at = 0;
    for (const { scope, metrics } of this.#whole.scopeMetrics) {
      for (const metric of metrics) {
        const [from, to] = [Math.max(this.#from - at, 0), Math.min(this.#to - at, metric.dataPoints.length)];
        if (from < to) yield { scope, metric, from, to };
        at += metric.dataPoints.length;
      }
    }
  }
}
