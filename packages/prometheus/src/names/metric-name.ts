import type { FamilyName, FamilyType } from '../exposition/family.ts';
import type { Escaping, Format } from '../negotiation/rendition.ts';
import { escapeMetricName } from './escaping.ts';
import type { TranslationStrategy } from './translation-strategy.ts';
import { toUnitWords } from './unit-words.ts';
import { toUtf8Name } from './utf8-name.ts';

/** What a metric's name is made of. */
export interface NamedMetric {
  readonly name: string;
  /** In UCUM. */
  readonly unit: string;
  /** The kind of the instrument, as sdk-metrics has it, where it is known. */
  readonly type?: string;
}

/** Between words of a name, wherever it comes from. */
const BETWEEN_WORDS = '_.-/:';

/**
 * What a metric is called: first the strategy gives the name, then the scheme that was negotiated escapes it (specification,
 * "Interaction with Translation Strategy"). Whatever it is made of, the name is legal in the format.
 *
 * The last word of a counter is `total`. In text and protobuf the family is called like its samples; in OpenMetrics samples end
 * in `_total`, and so in `_info` those of an info, whatever the strategy, and the family's name goes without. In JSON nothing
 * says `_total` that the strategy leaves as it is.
 */
export function metricNameOf(
  metric: NamedMetric,
  type: FamilyType,
  strategy: TranslationStrategy,
  rendition: { readonly format: Format; readonly escaping: Escaping },
): FamilyName {
  const { format, escaping } = rendition;
  const words = unitWordsOf(metric, type);
  const translated = translate(metric.name, type, strategy, format, words);
  const isBadStart = /^\d/.test(translated) && isUnderscored(strategy);
  const sample = escapeMetricName(isBadStart ? `_${translated}` : translated, escaping);
  const end = type === 'counter' ? '_total' : '_info';
  if (format !== 'openmetrics' || (type !== 'counter' && type !== 'info')) {
    return { family: sample, sample, unit: unitOf(type === 'counter' ? withoutEnd(sample, end) : sample, words) };
  }
  const family = withoutAnyEnd(sample, end) || '_';
  return { family, sample: family + end, unit: unitOf(family, words) };
}

function translate(
  given: string,
  type: FamilyType,
  strategy: TranslationStrategy,
  format: Format,
  words: readonly string[],
): string {
  let name = isUnderscored(strategy) ? toUnderscores(given) : toUtf8Name(given);
  if (type === 'info') return name.endsWith('_info') ? name : endingWith(name, 'info');
  const hasSuffixes = strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'NoUTF8EscapingWithSuffixes';
  if (hasSuffixes) {
    if (type === 'counter') name = withoutTotal(name);
    name = withUnit(name, words);
    if (type === 'counter' && format !== 'json') name = endingWith(name, 'total');
  } else if (type === 'counter' && format === 'openmetrics' && !name.endsWith('_total')) {
    name = endingWith(name, 'total');
  }
  return name === '' ? '_' : name;
}

function isUnderscored(strategy: TranslationStrategy): boolean {
  return strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'UnderscoreEscapingWithoutSuffixes';
}

function toUnderscores(name: string): string {
  return name === '' ? '_' : name.replaceAll(/[^a-zA-Z0-9:]+/g, '_');
}

/**
 * A number of dimension one is a ratio where it is a gauge. With counters, up-down counters among them, 1 as a rule says that
 * something is counted (as translators of the OpenTelemetry and Prometheus projects have it; the specification is silent).
 */
function unitWordsOf({ unit, type: kind }: NamedMetric, type: FamilyType): readonly string[] {
  if (type === 'info') return [];
  const isCount = type !== 'gauge' || (kind !== undefined && kind.endsWith('UP_DOWN_COUNTER'));
  const { main, per } = unit.trim() === '1' && !isCount ? { main: 'ratio', per: '' } : toUnitWords(unit);
  return [main, per].filter((word) => word !== '');
}

/** Appends what the name does not end with already: of `throughput_bytes` in By/s only the rate is missing. */
function withUnit(name: string, words: readonly string[]): string {
  const unit = words.join('_');
  if (unit === '' || endsWithWord(name, unit)) return name;
  if (name === '') return unit;
  const [main = '', per] = words;
  return endingWith(name, per !== undefined && endsWithWord(name, main) ? per : unit);
}

function endsWithWord(name: string, word: string): boolean {
  if (!name.endsWith(word)) return false;
  const before = name.at(-word.length - 1);
  return before === undefined || name.length === word.length || BETWEEN_WORDS.includes(before);
}

function endingWith(name: string, word: string): string {
  return `${name}${name.endsWith('_') ? '' : '_'}${word}`;
}

/** A counter's name that ends in `.total` ends in `_total`, as it would if it were escaped. */
function withoutTotal(name: string): string {
  return /[_.\-/]total$/.test(name) ? name.slice(0, -'_total'.length) : name;
}

function withoutEnd(name: string, end: string): string {
  return name.endsWith(end) ? name.slice(0, -end.length) : name;
}

/** However often it ends so. */
function withoutAnyEnd(name: string, end: string): string {
  let { length } = name;
  while (name.endsWith(end, length)) length -= end.length;
  return name.slice(0, length);
}

/** A family's name must end in its unit (OpenMetrics 1.0, "Unit"); an escaping can double the `_` in it. */
function unitOf(family: string, words: readonly string[]): string | undefined {
  const unit = words.join('_');
  if (unit === '') return undefined;
  return [unit, unit.replaceAll('_', '__')].find((each) => family.endsWith(`_${each}`));
}
