import type { ExemplarFilter } from '@flowmeter/engine';
import type { LogConfiguration } from './log-configuration.ts';
import type { ParentProcess } from './parent-process.ts';
import type { OtlpConfiguration } from './otlp-configuration.ts';
import type { PrometheusConfiguration } from './prometheus-configuration.ts';

/** The metrics exporters of `OTEL_METRICS_EXPORTER` that this package has. */
export const METRICS_EXPORTERS = ['prometheus', 'otlp', 'console'] as const;
export type MetricsExporter = (typeof METRICS_EXPORTERS)[number];

/** The resource detectors of `OTEL_NODE_RESOURCE_DETECTORS`. */
export const RESOURCE_DETECTORS = ['env', 'host', 'os', 'process', 'serviceinstance'] as const;
export type ResourceDetectorName = (typeof RESOURCE_DETECTORS)[number];

/** What aggregates: `@flowmeter/engine`, or sdk-metrics' own MeterProvider. */
export const ENGINES = ['flowmeter', 'sdk'] as const;
export type Engine = (typeof ENGINES)[number];

/** The filters of `OTEL_METRICS_EXEMPLAR_FILTER`. */
export const EXEMPLAR_FILTERS = ['trace_based', 'always_on', 'always_off'] as const satisfies readonly ExemplarFilter[];

/** Everything that is decided before anything is started. */
export interface Configuration extends LogConfiguration {
  /** `OTEL_SDK_DISABLED`: nothing is started. */
  readonly disabled: boolean;
  readonly engine: Engine;
  readonly exemplarFilter: ExemplarFilter;
  /** Whether readers, exporters and endpoint record metrics of themselves. */
  readonly selfMetrics: boolean;
  readonly exporters: readonly MetricsExporter[];
  readonly prometheus: PrometheusConfiguration;
  readonly otlp: OtlpConfiguration;
  readonly exportIntervalMs: number;
  readonly exportTimeoutMs: number;
  /** How long the end of the process may take for the last push; 0 for none. */
  readonly exitTimeoutMs: number;
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly resourceDetectors: readonly ResourceDetectorName[];
  /** The process with flowmeter that has started this one, if one has. */
  readonly parent: ParentProcess | undefined;
  /** Whether traces were asked for through a variable of their own. */
  readonly traces: boolean;
  /** Whether logs were asked for through a variable of their own. */
  readonly logs: boolean;
}
