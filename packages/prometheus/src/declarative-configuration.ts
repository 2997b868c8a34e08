import type { TranslationStrategy } from './names/translation-strategy.ts';
import type { PrometheusReaderOptions } from './reader-options.ts';

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

const STRATEGIES: ReadonlyMap<unknown, TranslationStrategy> = new Map([
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

/** One of the schema's words for a translation strategy, with or without `/development`. */
function translationStrategyOf(word: string): TranslationStrategy | undefined {
  return STRATEGIES.get(word.replace(/\/development$/, ''));
}

function readStrategy(key: string, value: unknown): TranslationStrategy {
  const strategy = typeof value === 'string' ? translationStrategyOf(value) : undefined;
  if (strategy === undefined) throw refused(key, value, `one of ${[...STRATEGIES.keys()].join(', ')}`);
  return strategy;
}

function readLabels(key: string, value: unknown): NonNullable<PrometheusReaderOptions['resourceConstantLabels']> {
  const allowed = 'an object of included and excluded, each a list of strings';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(key, value, allowed);
  for (const [name, keys] of Object.entries(value)) {
    const isList = Array.isArray(keys) && keys.every((each) => typeof each === 'string');
    if ((name !== 'included' && name !== 'excluded') || !isList) throw refused(key, value, allowed);
  }
  return value;
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}

function checked(key: string, value: unknown, isAllowed: boolean, allowed: string): unknown {
  if (!isAllowed) throw refused(key, value, allowed);
  return value;
}

function refused(key: string, value: unknown, allowed: string): TypeError {
  return new TypeError(`${key} is ${JSON.stringify(value)}; allowed is ${allowed}`);
}
