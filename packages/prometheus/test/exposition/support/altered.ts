import type { SeriesMetric } from '@flowmeter/engine';

/** A metric that differs from another one in some members. */
export function altered<Metric extends SeriesMetric>(metric: Metric, changes: Partial<Metric>): Metric {
  return new Proxy(metric, {
    get(target, key) {
      const value: unknown = Reflect.get(key in changes ? changes : target, key);
      // Those of a class need their own object.
      return typeof value === 'function' && !(key in changes) ? value.bind(target) : value;
    },
  });
}
