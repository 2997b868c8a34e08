/** What flowmeter tells of itself, which tests of anything else leave out. */
import type { Series } from '@flowmeter-examples/otlp-receiver';

/** The scopes of what pushes, scrapes and collections are told by: it grows with each of them. */
const SELF_SCOPES: ReadonlySet<string> = new Set(['flowmeter', '@flowmeter/prometheus', '@opentelemetry/sdk-metrics']);

/** The series of those scopes. */
export function selfSeries(series: readonly Series[]): Series[] {
  return series.filter(({ scope }) => SELF_SCOPES.has(scope));
}

/** All others. */
export function withoutSelf(series: readonly Series[]): Series[] {
  return series.filter(({ scope }) => !SELF_SCOPES.has(scope));
}

/** The instruments of those scopes, by the scope: the endpoint shows them without it. */
const SELF_INSTRUMENTS = [
  'otel.sdk.metric_reader.collection.duration',
  'otel.sdk.exporter.metric_data_point.exported',
  'otel.sdk.exporter.metric_data_point.inflight',
  'otel.sdk.exporter.operation.duration',
  'flowmeter.push.last_success_timestamp',
  'flowmeter.prometheus.failed_callbacks',
  'flowmeter.prometheus.scrape.duration',
  'flowmeter.prometheus.scrape.size',
].map((name) => name.replaceAll('.', '_'));

const SUFFIXES = /(_seconds|_bytes)?(_total|_bucket|_count|_sum)?$/;

/** Whether a family or a sample of a scrape is one of these. */
export function isOfSelf({ name }: { readonly name: string }): boolean {
  return SELF_INSTRUMENTS.includes(name.replace(SUFFIXES, ''));
}
