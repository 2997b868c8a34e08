import { shownValue } from '../../shown-value.ts';

/** A value of the configuration for a message, on one line. What looks like a secret is named, never shown. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value !== 'string') return 'a map';
  if (value === '') return 'empty';
  if (value.includes('-----')) return 'PEM text';
  if (value.startsWith('$')) return 'a password hash';
  return shownValue(value);
}

/** "a, b or c". */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${String(words.at(-1))}`;
}
