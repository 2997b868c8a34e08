/** The scope of the endpoint's own metrics. */
export const SELF_SCOPE = '@flowmeter/prometheus';

/** The type that the semantic conventions have for an exporter to Prometheus, of whatever format. */
export const COMPONENT_TYPE = 'prometheus_http_text_metric_exporter';
