import { inspect } from 'node:util';
import { oneLine } from './one-line.ts';

const MOST_CHARACTERS = 80;

/**
 * A value that somebody has given, for a message: one line of about 80 characters at the most. Never throws, whatever the value
 * does when it is looked at. Not for what may hold a secret.
 */
export function shownValue(value: unknown): string {
  try {
    const text = typeof value === 'string' ? quoted(value) : inspect(value, FORMAT).replace(/\s+/g, ' ');
    return oneLine(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);
  } catch {
    return `a value of the type ${typeof value}`;
  }
}

const FORMAT = {
  depth: 2,
  customInspect: false,
  maxArrayLength: 10,
  maxStringLength: MOST_CHARACTERS,
  breakLength: Infinity,
};

function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 10)}…` : text);
}
