import type { TranslationStrategy } from './names/translation-strategy.ts';
import {
  checkConstantLabels,
  isMap,
  type PrometheusReaderOptions,
  type ResourceConstantLabels,
} from './reader-options.ts';
import { shownValue } from './shown-value.ts';

/**
 * The exporter as OpenTelemetry's declarative configuration has it:
 * `meter_provider.readers[].pull.exporter."prometheus/development"` (opentelemetry-configuration 1.1). Names with and without
 * `/development` are the same.
 */
export type DeclarativePrometheusConfig = Readonly<Record<string, unknown>>;

/** What such a configuration means. */
export interface ConfiguredPrometheus {
  readonly reader: PrometheusReaderOptions;
  readonly host: string;
  readonly port: number;
}

const STRATEGIES: ReadonlyMap<string, TranslationStrategy> = new Map([
  ['underscore_escaping_with_suffixes', 'UnderscoreEscapingWithSuffixes'],
  ['underscore_escaping_without_suffixes', 'UnderscoreEscapingWithoutSuffixes'],
  ['no_utf8_escaping_with_suffixes', 'NoUTF8EscapingWithSuffixes'],
  ['no_translation', 'NoTranslation'],
]);

const BOOLEAN = 'true or false';
const DEFAULT_PORT = 9464;

/**
 * Reads the exporter's node of a declarative configuration that has been parsed; `null` stands for a default, as a key without a
 * value does in YAML.
 *
 * @throws TypeError that names the key, its value and what is allowed
 */
export function fromDeclarativeConfig(config: DeclarativePrometheusConfig | null): ConfiguredPrometheus {
  if (!isMap(config ?? {})) throw refused('prometheus/development', config, 'an object');
  let reader: PrometheusReaderOptions = {};
  let [host, port] = ['localhost', DEFAULT_PORT];
  for (const [key, value] of Object.entries(config ?? {})) {
    if (value === null || value === undefined) continue;
    switch (key.replace(/\/development$/, '')) {
      case 'host':
        host = checked(key, value, typeof value === 'string' && value !== '', 'a host name or IP address') as string;
        break;
      case 'port':
        port = checked(key, value, isPort(value), 'an integer from 0 to 65535') as number;
        break;
      case 'scope_info_enabled':
        reader = { ...reader, scopeInfoEnabled: checked(key, value, typeof value === 'boolean', BOOLEAN) as boolean };
        break;
      case 'target_info_enabled':
        reader = { ...reader, targetInfoEnabled: checked(key, value, typeof value === 'boolean', BOOLEAN) as boolean };
        break;
      case 'resource_constant_labels':
        reader = { ...reader, resourceConstantLabels: readLabels(key, value) };
        break;
      case 'translation_strategy':
        reader = { ...reader, translationStrategy: readStrategy(key, value) };
        break;
      default:
        throw new TypeError(
          `${key} is not a key of prometheus/development; allowed are host, port, scope_info_enabled, target_info_enabled/development, resource_constant_labels, translation_strategy`,
        );
    }
  }
  return { reader, host, port };
}

function readStrategy(key: string, value: unknown): TranslationStrategy {
  const strategy = typeof value === 'string' ? STRATEGIES.get(value.replace(/\/development$/, '')) : undefined;
  if (strategy === undefined) throw refused(key, value, `one of ${[...STRATEGIES.keys()].join(', ')}`);
  return strategy;
}

function readLabels(key: string, value: unknown): ResourceConstantLabels {
  const labels: unknown = isMap(value)
    ? Object.fromEntries(Object.entries(value).filter(([, keys]) => keys !== null))
    : value;
  checkConstantLabels(key, labels);
  return labels;
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}

function checked(key: string, value: unknown, isAllowed: boolean, allowed: string): unknown {
  if (!isAllowed) throw refused(key, value, allowed);
  return value;
}

function refused(key: string, value: unknown, allowed: string): TypeError {
  return new TypeError(`${key} is ${shownValue(value)}; allowed is ${allowed}`);
}
