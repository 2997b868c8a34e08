import type { Attributes, MeterProvider } from '@opentelemetry/api';

/** The scope of the endpoint's own metrics. */
export const SELF_SCOPE = '@flowmeter/prometheus';

/** The type that the semantic conventions have for an exporter to Prometheus, of whatever format. */
const TYPE = 'prometheus_http_text_metric_exporter';

const counts = new WeakMap<MeterProvider, number>();

/** What tells an endpoint from others that record on the same provider (semantic conventions, `otel.component.name`). */
export function componentOn(provider: MeterProvider): Attributes {
  const count = counts.get(provider) ?? 0;
  counts.set(provider, count + 1);
  return { 'otel.component.type': TYPE, 'otel.component.name': `${TYPE}/${count}` };
}
