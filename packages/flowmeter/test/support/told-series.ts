/** Reads what flowmeter tells of itself, out of what a collector was pushed and a scrape has brought. */
import { match, strictEqual } from 'node:assert/strict';
import type { Series } from '@flowmeter-examples/otlp-receiver';
import type { PrometheusText } from '../../../../test/support/prometheus-text.ts';

/** The series of an instrument. */
export function named(series: readonly Series[], name: string): Series[] {
  return series.filter((one) => one.name === name);
}

/** The values of an instrument by one of its attributes. */
export function byAttribute(series: readonly Series[], name: string, attribute: string): Record<string, number> {
  return Object.fromEntries(
    named(series, name).map((one) => [one.attributes[attribute] ?? 'none', 'value' in one ? one.value : NaN]),
  );
}

/** The counts of a histogram by some of its attributes. */
export function countsOf(
  series: readonly Series[],
  name: string,
  attributes: readonly string[],
): Record<string, number> {
  return Object.fromEntries(
    named(series, name).map((one) => [
      attributes.map((attribute) => one.attributes[attribute] ?? 'none').join(' '),
      'count' in one ? one.count : NaN,
    ]),
  );
}

/** The endpoint shows the series with the same values, under the name that Prometheus has for it. */
export function assertScraped(text: PrometheusText, series: Series, engine: 'flowmeter' | 'sdk'): void {
  const { name, unit, attributes } = series;
  const translated = (key: string): string => key.replaceAll('.', '_');
  const labels = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [translated(key), value]));
  const suffix = unit === 's' && engine === 'flowmeter' ? '_seconds' : '';
  const family = `${translated(name)}${suffix}`;
  if ('count' in series) {
    strictEqual(text.value(`${family}_count`, labels), series.count);
    strictEqual(text.value(`${family}_sum`, labels), series.sum);
  } else {
    const isCounter = series.kind === 'sum' && series.monotonic;
    strictEqual(text.value(isCounter ? `${family}_total` : family, labels), series.value);
  }
  match(family, /^(otel_sdk|flowmeter)_/);
}
