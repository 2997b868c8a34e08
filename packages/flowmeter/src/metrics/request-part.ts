import type { MetricData, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import { estimatedSizeOf, estimatedSizeOfMetric, type EncodedSizes } from './encoded-size.ts';

/** Some of the data points of a push, in their order: what one request holds. */
export class RequestPart {
  readonly #whole: ResourceMetrics;
  readonly #from: number;
  readonly #to: number;

  /** @param from the first of its points, counted over all metrics; `to` is the first behind them */
  constructor(whole: ResourceMetrics, from: number, to: number) {
    this.#whole = whole;
    this.#from = from;
    this.#to = to;
  }

  /** How many data points it has. */
  get points(): number {
    return this.#to - this.#from;
  }

  /** Its metrics, each with the identity that it has in the whole. */
  get metrics(): ResourceMetrics {
    const scopeMetrics: ScopeMetrics[] = [];
    let at = 0;
    for (const { scope, metrics } of this.#whole.scopeMetrics) {
      const within: MetricData[] = [];
      for (const metric of metrics) {
        const [from, to] = [Math.max(this.#from - at, 0), Math.min(this.#to - at, metric.dataPoints.length)];
        if (from < to) within.push(slice(metric, from, to));
        at += metric.dataPoints.length;
      }
      if (within.length > 0) scopeMetrics.push({ scope, metrics: within });
    }
    return { resource: this.#whole.resource, scopeMetrics };
  }

  halves(): [RequestPart, RequestPart] {
    const middle = this.#from + Math.ceil(this.points / 2);
    return [new RequestPart(this.#whole, this.#from, middle), new RequestPart(this.#whole, middle, this.#to)];
  }
}

/**
 * The parts of a push, one after the other, of about as many bytes as they may have; a data point that is larger is one of its
 * own. Without any data point there is one empty part.
 *
 * @param mostBytes what there is room for beside the resource, asked for each
 */
export function* partsOf(
  metrics: ResourceMetrics,
  sizes: EncodedSizes,
  mostBytes: () => number,
): Generator<RequestPart, void> {
  let [from, at, bytes] = [0, 0, 0];
  for (const { metrics: ofScope } of metrics.scopeMetrics) {
    for (const metric of ofScope) {
      const metricBytes = estimatedSizeOfMetric(metric, sizes);
      let isBegun = false;
      for (const point of metric.dataPoints) {
        const pointBytes = estimatedSizeOf(point, sizes);
        if (at > from && bytes + pointBytes + (isBegun ? 0 : metricBytes) > mostBytes()) {
          yield new RequestPart(metrics, from, at);
          [from, bytes, isBegun] = [at, 0, false];
        }
        bytes += pointBytes + (isBegun ? 0 : metricBytes);
        isBegun = true;
        at += 1;
      }
    }
  }
  if (at > from || at === 0) yield new RequestPart(metrics, from, at);
}

function slice(metric: MetricData, from: number, to: number): MetricData {
  if (to - from === metric.dataPoints.length) return metric;
  // The points are those of the metric's type.
  return { ...metric, dataPoints: metric.dataPoints.slice(from, to) } as MetricData;
}
