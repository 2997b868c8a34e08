import { AggregationType, InstrumentType } from '@flowmeter/engine';
import type { AggregationOption } from '@opentelemetry/sdk-metrics';
import type { HistogramAggregation } from '../configuration/histogram-aggregation.ts';

/** What a reader asks for, for a type of instrument. */
export function aggregationOf(histograms: HistogramAggregation, instrument: InstrumentType): AggregationOption {
  const isExponential = histograms === 'base2_exponential_bucket_histogram' && instrument === InstrumentType.HISTOGRAM;
  return { type: isExponential ? AggregationType.EXPONENTIAL_HISTOGRAM : AggregationType.DEFAULT };
}
