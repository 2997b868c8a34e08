import {
  ENGINES,
  EXEMPLAR_FILTERS,
  METRICS_EXPORTERS,
  RESOURCE_DETECTORS,
  type Configuration,
  type MetricsExporter,
  type ResourceDetectorName,
} from './configuration.ts';
import { readLogConfiguration } from './log-configuration.ts';
import { readOtlpConfiguration } from './otlp-configuration.ts';
import { parentOf, type ParentProcess } from './parent-process.ts';
import { boolean, integer, keyValueList, LONGEST_MS, oneOf, timeoutMs } from './rules.ts';
import { readPrometheusConfiguration } from './prometheus-configuration.ts';
import { Settings, type Environment, type Problem } from './settings.ts';

const DEFAULT_EXPORTERS: readonly MetricsExporter[] = ['prometheus', 'otlp'];
const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_EXPORT_TIMEOUT_MS = 30_000;

const DEFAULT_EXIT_TIMEOUT_MS = 1000;

/** As long as a supervisor waits at the very least before it kills. */
const exitTimeout = integer(0, 60_000, ' (milliseconds; 0 pushes nothing at the end)');

/**
 * The configuration that the environment asks for, and what in it is not allowed. Nothing here throws: each problem
 * comes with the default that is used instead.
 *
 * @param optionNames the options in whose place variables stand, by these
 */
export function readConfiguration(
  environment: Environment,
  optionNames?: ReadonlyMap<string, string>,
): { configuration: Configuration; problems: Problem[] } {
  const settings = new Settings(environment, optionNames);
  const parent = parentOf(environment);
  const configuration: Configuration = {
    disabled: settings.readOr(boolean, false, 'OTEL_SDK_DISABLED'),
    ...readLogConfiguration(settings),
    engine: settings.readOr(oneOf(...ENGINES), 'flowmeter', 'FLOWMETER_ENGINE'),
    exemplarFilter: settings.readOr(oneOf(...EXEMPLAR_FILTERS), 'trace_based', 'OTEL_METRICS_EXEMPLAR_FILTER'),
    // sdk-node has it off by default.
    selfMetrics: settings.readOr(boolean, true, 'OTEL_NODE_EXPERIMENTAL_SDK_METRICS'),
    exporters: readExporters(settings),
    prometheus: readPrometheusConfiguration(settings),
    otlp: readOtlpConfiguration(settings),
    ...readIntervals(settings),
    exitTimeoutMs: settings.readOr(exitTimeout, DEFAULT_EXIT_TIMEOUT_MS, 'FLOWMETER_EXIT_TIMEOUT_MS'),
    serviceName: settings.text('OTEL_SERVICE_NAME'),
    resourceAttributes: readResourceAttributes(settings, parent),
    resourceDetectors: readDetectors(settings),
    parent,
    traces: isAskedFor(settings, 'TRACES'),
    logs: isAskedFor(settings, 'LOGS'),
  };
  return { configuration, problems: settings.problems };
}

function readExporters(settings: Settings): readonly MetricsExporter[] {
  const names = settings.readList(oneOf(...METRICS_EXPORTERS, 'none'), DEFAULT_EXPORTERS, 'OTEL_METRICS_EXPORTER');
  return names.includes('none') ? [] : names.filter((name) => name !== 'none');
}

function readIntervals(settings: Settings): { exportIntervalMs: number; exportTimeoutMs: number } {
  const interval = integer(1, LONGEST_MS, ' (milliseconds)');
  const exportIntervalMs = settings.readOr(interval, DEFAULT_INTERVAL_MS, 'OTEL_METRIC_EXPORT_INTERVAL');
  const asked = settings.read(timeoutMs, `using ${DEFAULT_EXPORT_TIMEOUT_MS}`, 'OTEL_METRIC_EXPORT_TIMEOUT');
  // An export that may take longer than the interval would meet the next one.
  return { exportIntervalMs, exportTimeoutMs: Math.min(asked ?? DEFAULT_EXPORT_TIMEOUT_MS, exportIntervalMs) };
}

/** What the environment gives as identity to a whole family of processes is the parent's: a child has one of its own. */
function readResourceAttributes(
  settings: Settings,
  parent: ParentProcess | undefined,
): Readonly<Record<string, string>> {
  const all = settings.read(keyValueList, 'left out', 'OTEL_RESOURCE_ATTRIBUTES') ?? {};
  const { 'service.instance.id': id, ...others } = all;
  return id === undefined || id !== parent?.instanceId ? all : others;
}

function readDetectors(settings: Settings): readonly ResourceDetectorName[] {
  const rule = oneOf(...RESOURCE_DETECTORS, 'all', 'none');
  const names = settings.readList(rule, ['all'], 'OTEL_NODE_RESOURCE_DETECTORS');
  if (names.includes('all')) return RESOURCE_DETECTORS;
  return names.includes('none') ? [] : names.filter((name) => name !== 'all' && name !== 'none');
}

function isAskedFor(settings: Settings, signal: 'TRACES' | 'LOGS'): boolean {
  const exporters = settings.text(`OTEL_${signal}_EXPORTER`);
  if (exporters !== undefined) return exporters.toLowerCase() !== 'none';
  return settings.text(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`) !== undefined;
}
