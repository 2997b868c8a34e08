import type { Attributes } from '@opentelemetry/api';

/** Constant attributes of a set: known once, carried by every measurement. */
export type ConstantAttributes = Readonly<Record<string, string>>;

/** What became of an attribute value that is not a string. */
export interface AttributeProblem {
  readonly key: string;
  readonly value: unknown;
  readonly outcome: 'converted to a string' | 'left out';
}

/** Whether the attributes can go to a meter as they are: an object in which every value is a string. */
export function areStrings(attributes: Attributes): boolean {
  if (typeof attributes !== 'object' || attributes === null) return false;
  for (const key in attributes) if (typeof attributes[key] !== 'string') return false;
  return true;
}

/**
 * The attributes with strings only: numbers, booleans and bigints are converted; anything else, `null` and
 * `undefined` included, is left out. The measurement itself is kept either way.
 *
 * @param onProblem called for each value that is not a string
 */
export function toStrings(attributes: unknown, onProblem: (problem: AttributeProblem) => void): Record<string, string> {
  const strings: Record<string, string> = {};
  if (typeof attributes !== 'object' || attributes === null) return strings;
  for (const [key, value] of Object.entries(attributes) as [string, unknown][]) {
    if (typeof value === 'string') strings[key] = value;
    else if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') {
      strings[key] = String(value);
      onProblem({ key, value, outcome: 'converted to a string' });
    } else onProblem({ key, value, outcome: 'left out' });
  }
  return strings;
}

/** Attributes as they are now, whatever becomes of the object; none, if they cannot be read. */
export function copyOf<Given extends object>(attributes: Given): Given {
  try {
    return { ...attributes };
  } catch {
    return {} as Given;
  }
}
