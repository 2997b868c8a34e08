import { oneOf } from './rules.ts';

const HISTOGRAM_AGGREGATIONS = ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'] as const;

/** What histograms are aggregated to, by the names of `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`. */
export type HistogramAggregation = (typeof HISTOGRAM_AGGREGATIONS)[number];

export const histogramAggregation = oneOf(...HISTOGRAM_AGGREGATIONS);
