import { escapeLabelName } from '../names/escaping.ts';
import type { Naming } from '../names/naming.ts';
import { toUtf8Name } from '../names/utf8-name.ts';

/** Keys that all strategies, and all escapings but `dots`, leave as they are: nearly all, which need not be looked at twice. */
const PLAIN = /^[a-zA-Z](?:_?[a-zA-Z0-9])*_?$/;

/**
 * The name of the label for an attribute: first as the strategy has it, then escaped (specification, compatibility, "Metric
 * Attributes"). It is never empty, and never begins with `__`, which Prometheus keeps for itself: there is only one `_` then.
 *
 * A key that begins with a digit is given `key_` in front where the strategy makes classic names, as translators of the
 * OpenTelemetry and Prometheus projects do.
 */
export function labelNameOf(key: string, { strategy, escaping }: Naming): string {
  if (escaping !== 'dots' && PLAIN.test(key)) return key;
  const isUnderscored =
    strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'UnderscoreEscapingWithoutSuffixes';
  const name = isUnderscored ? toUnderscores(key) : toUtf8Name(key);
  return unreserved(escapeLabelName(unreserved(name), escaping));
}

function toUnderscores(key: string): string {
  if (key === '') return '_';
  return `${/^\d/.test(key) ? 'key_' : ''}${key.replaceAll(/[^a-zA-Z0-9]+/g, '_')}`;
}

function unreserved(name: string): string {
  return name.startsWith('__') ? name.replace(/^_+/, '_') : name;
}
