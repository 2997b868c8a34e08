export type { LogLevel, MetricsExporter, ResourceDetectorName } from './configuration/configuration.ts';
export type {
  Compression,
  HistogramAggregation,
  OtlpProtocol,
  TemporalityPreference,
} from './configuration/otlp-configuration.ts';
export type { StartOptions } from './configuration/start-options.ts';
export type { Flowmeter } from './flowmeter.ts';
export { start, startFromEnvironment } from './start.ts';
