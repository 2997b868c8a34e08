import { isClassicLabelName, isClassicMetricName } from '../classic-name.ts';
import type { Label } from '../../labels/label.ts';

/** In double quotes, as label values and names in UTF-8 are written. */
function quoted(text: string): string {
  return `"${escapeQuoted(text)}"`;
}

/** A line of help in text 0.0.4 and 1.0.0: quotes stay as they are. */
export function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

export function escapeQuoted(text: string): string {
  return NEEDS_ESCAPE.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}

/** A metric's name in a line of metadata. */
export function nameInMetadata(name: string): string {
  return isClassicMetricName(name) ? name : quoted(name);
}

/** What a line of a sample begins with: as far as its labels, or where it has none, as far as its value. */
export function lineStart(name: string): { readonly labelled: string; readonly bare: string } {
  if (isClassicMetricName(name)) return { labelled: `${name}{`, bare: `${name} ` };
  return { labelled: `{${quoted(name)},`, bare: `{${quoted(name)}} ` };
}

/** Labels without the braces around them. */
export function writeLabels(labels: readonly Label[]): string {
  return labels.map(([name, value]) => `${isClassicLabelName(name) ? name : quoted(name)}=${quoted(value)}`).join(',');
}

const NEEDS_ESCAPE = /["\\\n]/;
