export { bindCounter, bindRecorder } from './bound-anyway.ts';
export { CollectionMetrics } from './collection-metrics.ts';
export { componentOn } from './component.ts';
export type { BoundCounter, BoundRecorder } from './bound-instrument.ts';
export type { ExemplarFilter } from './exemplar-filter.ts';
export type { DataPointWithExemplars, Exemplar } from './exemplar.ts';
export { hrTimeToMilliseconds } from './hr-time.ts';
export type { EngineMeter } from './meter.ts';
export { MeterProvider, type MeterProviderOptions } from './meter-provider.ts';
export {
  AggregationTemporality,
  AggregationType,
  DataPointType,
  ExportResultCode,
  InstrumentType,
} from './sdk-enumerations.ts';
export type {
  EngineCounter,
  EngineGauge,
  EngineHistogram,
  EngineInstrument,
  EngineUpDownCounter,
} from './synchronous-instrument.ts';
export { returnUndelivered } from './undelivered.ts';
export { collectNow, collectSeries, type CollectedNow, type SeriesCollectOptions } from './collector.ts';
export type {
  ExponentialHistogramSeries,
  HistogramSeries,
  NumberSeries,
  SeriesCollection,
  SeriesMetric,
  SeriesRows,
} from './series-collection.ts';
export type { ViewOptions } from './view.ts';
