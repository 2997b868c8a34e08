/** What planned series come to: the samples that Prometheus has of them. */
import { CONSTANT, type PlannedSeries } from './planned-series.ts';
import type { PrometheusSample } from './prometheus-text.ts';

/** The lines of a scrape that a series makes. */
export function samplesOf({ definition, attributes, values }: PlannedSeries): PrometheusSample[] {
  const { name, instrument, boundaries = [] } = definition;
  const labels = { ...CONSTANT, ...attributes };
  if (instrument !== 'histogram') {
    return [{ name: instrument === 'counter' ? `${name}_total` : name, labels, value: resultOf(instrument, values) }];
  }
  return [
    { name: `${name}_count`, labels, value: values.length },
    { name: `${name}_sum`, labels, value: sumOf(values) },
    ...[...boundaries, Infinity].map((boundary) => ({
      name: `${name}_bucket`,
      labels: { ...labels, le: boundary === Infinity ? '+Inf' : String(boundary) },
      value: values.filter((value) => value <= boundary).length,
    })),
  ];
}

/** What an instrument that is not a histogram shows after these values. */
export function resultOf(instrument: string, values: readonly number[]): number {
  return instrument === 'gauge' ? (values.at(-1) ?? NaN) : sumOf(values);
}

/** Adds up in the order of recording, as the sums do that are compared with it. */
export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
