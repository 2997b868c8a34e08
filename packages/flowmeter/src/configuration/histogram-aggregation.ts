import { AggregationType, InstrumentType } from '@flowmeter/engine';
import type { AggregationOption } from '@opentelemetry/sdk-metrics';
import { oneOf } from './rules.ts';

const HISTOGRAM_AGGREGATIONS = ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'] as const;

/** What histograms are aggregated to, by the names of `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`. */
export type HistogramAggregation = (typeof HISTOGRAM_AGGREGATIONS)[number];

export const histogramAggregation = oneOf(...HISTOGRAM_AGGREGATIONS);

/** What a reader asks for, for a type of instrument. */
export function aggregationOf(histograms: HistogramAggregation, instrument: InstrumentType): AggregationOption {
  const isExponential = histograms === 'base2_exponential_bucket_histogram' && instrument === InstrumentType.HISTOGRAM;
  return { type: isExponential ? AggregationType.EXPONENTIAL_HISTOGRAM : AggregationType.DEFAULT };
}
