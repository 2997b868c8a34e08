import type { AggregationSelector, InstrumentType } from '@opentelemetry/sdk-metrics';
import { TRANSLATION_STRATEGIES, type TranslationStrategy } from './names/translation-strategy.ts';
import { shownValue } from './shown-value.ts';

/** Which resource attributes become labels of every series: those that are included, less those that are excluded. */
export interface ResourceConstantLabels {
  /** Keys, in which `*` stands for any characters and `?` for one. Default: all; an empty list is none. */
  readonly included?: readonly string[];
  /** Such keys as well. Default: none. */
  readonly excluded?: readonly string[];
}

/**
 * How metrics are exposed. The names are those of OpenTelemetry's declarative configuration
 * (`prometheus/development`) and of the specification, "Metrics Exporter - Prometheus", in camel case.
 */
export interface PrometheusReaderOptions {
  /** What becomes of names. Default: `UnderscoreEscapingWithSuffixes`. */
  readonly translationStrategy?: TranslationStrategy;
  /**
   * Whether series bear labels of their scope: `otel_scope_name`, `otel_scope_version`, `otel_scope_schema_url`. Default: `true`,
   * as the specification has it; `flowmeter` turns it off.
   */
  readonly scopeInfoEnabled?: boolean;
  /** Whether the attributes of the resource are exposed as `target_info`. Default: `true`. */
  readonly targetInfoEnabled?: boolean;
  /**
   * Whether the start times of counters and histograms are series of their own in OpenMetrics' text, `_created`, which is the only
   * form that it has for them. Default: `true`, since the specification has them told in the form of each format. In protobuf
   * they are no series, and always there.
   */
  readonly createdSeriesEnabled?: boolean;
  /** Resource attributes that become labels of every series; they stay in `target_info`. Default: none. */
  readonly resourceConstantLabels?: ResourceConstantLabels;
  /** The aggregation of instruments that no view gives one. Default: the specification's default aggregation. */
  readonly defaultAggregation?: AggregationSelector;
  /** The cardinality limit of instruments that no view gives one. Default: 2000. */
  readonly cardinalityLimit?: (instrumentType: InstrumentType) => number;
}

const BOOLEANS = ['scopeInfoEnabled', 'targetInfoEnabled', 'createdSeriesEnabled'] as const;
const FUNCTIONS = ['defaultAggregation', 'cardinalityLimit'] as const;
const NAMES = new Set<string>([...BOOLEANS, ...FUNCTIONS, 'translationStrategy', 'resourceConstantLabels']);

/** @throws TypeError or RangeError that names the option, its value and what is allowed */
export function checkReaderOptions(options: PrometheusReaderOptions): void {
  if (!isMap(options)) throw new TypeError(`options is ${shownValue(options)}; allowed is an object`);
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw new TypeError(`${name} is not an option; allowed are ${[...NAMES].join(', ')}`);
  }
  const { translationStrategy, resourceConstantLabels } = options;
  if (translationStrategy !== undefined && !TRANSLATION_STRATEGIES.includes(translationStrategy)) {
    throw new RangeError(
      `translationStrategy is ${shownValue(translationStrategy)}; allowed is one of ${TRANSLATION_STRATEGIES.join(', ')}`,
    );
  }
  for (const name of BOOLEANS) {
    const value = options[name];
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`${name} is ${shownValue(value)}; allowed is true or false`);
  }
  for (const name of FUNCTIONS) {
    const value = options[name];
    if (value !== undefined && typeof value !== 'function')
      throw new TypeError(`${name} is ${shownValue(value)}; allowed is a function of the instrument type`);
  }
  if (resourceConstantLabels !== undefined) checkConstantLabels('resourceConstantLabels', resourceConstantLabels);
}

/** Whether a resource attribute becomes a label. */
export function selectConstantLabels(labels: ResourceConstantLabels | undefined): (key: string) => boolean {
  if (labels === undefined) return () => false;
  const included = labels.included?.map(toPattern);
  const excluded = labels.excluded?.map(toPattern) ?? [];
  return (key) =>
    (included === undefined || included.some((pattern) => pattern.test(key))) &&
    !excluded.some((pattern) => pattern.test(key));
}

/**
 * @param name what it is called where it was given
 * @throws TypeError that names it, its value and what is allowed
 */
export function checkConstantLabels(name: string, labels: unknown): asserts labels is ResourceConstantLabels {
  const isValid = isMap(labels) && Object.entries(labels).every(([key, value]) => isLabelsEntry(key, value));
  if (isValid) return;
  throw new TypeError(`${name} is ${shownValue(labels)}; allowed is { included?: string[], excluded?: string[] }`);
}

function isLabelsEntry(key: string, value: unknown): boolean {
  if (key !== 'included' && key !== 'excluded') return false;
  return value === undefined || (Array.isArray(value) && value.every((each) => typeof each === 'string'));
}

/** Whether it is what keys and values are read of. */
export function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toPattern(wildcard: string): RegExp {
  const escaped = wildcard.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
