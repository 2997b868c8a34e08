export type { MetricsExporter, ResourceDetectorName } from './configuration/configuration.ts';
export type { LogFormat, LogLevel } from './configuration/log-configuration.ts';
export type { HistogramAggregation } from './configuration/histogram-aggregation.ts';
export type { Compression, OtlpProtocol, TemporalityPreference } from './configuration/otlp-configuration.ts';
export type { StartOptions } from './configuration/start-options.ts';
export type { Flowmeter } from './flowmeter.ts';
export { start, startFromEnvironment } from './start.ts';
export { logger } from './logs/target-loggers.ts';
