const LONGEST = 120;

/** A value of the configuration for a message, on one line. What looks like a secret is named, never shown. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'string') return 'a map';
  if (value === '') return 'empty';
  if (value.includes('-----')) return 'PEM text';
  if (value.startsWith('$')) return 'a password hash';
  const text = value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}

/** "a, b or c". */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${String(words.at(-1))}`;
}
