import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { DataPointType } from '@flowmeter/engine';
import { SELF_SCOPES } from './self-scopes.ts';

/** FNV-1a's numbers for 32 bits. */
const [BASIS, PRIME] = [0x811c_9dc5, 0x0100_0193];

/**
 * Tells whether metrics hold anything that other metrics of the same provider do not: equal for equal values of series that began
 * at the same times, whenever they were collected. `undefined` where there is no data point. What pushes and scrapes tell of
 * themselves is no news: there would be some after each push.
 */
export function fingerprintOf({ scopeMetrics }: ResourceMetrics): string | undefined {
  const hash = new Hash();
  let points = 0;
  for (const { scope, metrics } of scopeMetrics) {
    if (SELF_SCOPES.has(scope.name)) continue;
    for (const metric of metrics) {
      points += metric.dataPoints.length;
      addMetric(hash, metric);
    }
  }
  return points === 0 ? undefined : `${points} ${hash.value}`;
}

function addMetric(hash: Hash, metric: MetricData): void {
  for (const { startTime } of metric.dataPoints) {
    hash.add(startTime[0]);
    hash.add(startTime[1]);
  }
  switch (metric.dataPointType) {
    case DataPointType.GAUGE:
    case DataPointType.SUM:
      for (const { value } of metric.dataPoints) hash.add(value);
      break;
    case DataPointType.HISTOGRAM:
      for (const { value } of metric.dataPoints) {
        hash.add(value.sum ?? NaN);
        for (const count of value.buckets.counts) hash.add(count);
      }
      break;
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      for (const { value } of metric.dataPoints) {
        hash.add(value.sum ?? NaN);
        hash.add(value.count);
        hash.add(value.zeroCount);
      }
  }
}

/** Of numbers, in their order: twice 32 bits. */
class Hash {
  readonly #number = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#number.buffer);
  #one = BASIS;
  #other = 0;

  add(number: number): void {
    this.#number[0] = number;
    const [low = 0, high = 0] = this.#halves;
    this.#one = Math.imul(Math.imul(this.#one ^ low, PRIME) ^ high, PRIME);
    this.#other = (Math.imul(this.#other, 31) + (low ^ (high >>> 7))) | 0;
  }

  get value(): string {
    return `${this.#one} ${this.#other}`;
  }
}
