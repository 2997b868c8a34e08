import type { Attributes } from '@opentelemetry/api';
import type { Entries } from './attribute-node.ts';

/** The attribute set of the one series that takes what is beyond the limit (specification, SDK, "Overflow attribute"). */
export const OVERFLOW_ATTRIBUTES: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/**
 * The attributes as a list that is ours: own enumerable ones, without those whose value is undefined, values that are
 * objects copied. Whatever a caller passes, this does not throw, and what it returns can be written as JSON.
 */
export function entriesOf(attributes: unknown): Entries {
  if (typeof attributes !== 'object' || attributes === null) return [];
  const entries: (readonly [string, unknown])[] = [];
  for (const key of keysOf(attributes)) {
    const value = readable(attributes, key);
    if (value !== undefined) entries.push([key, value]);
  }
  return entries;
}

/** The list as the attributes of data points. */
export function toAttributes(entries: Entries): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of entries) {
    // An assignment to `__proto__` would make no attribute.
    if (key === '__proto__') Object.defineProperty(attributes, key, { value, enumerable: true });
    else attributes[key] = value;
  }
  return attributes;
}

/** A copy that shares nothing: of attributes that were made of what {@link entriesOf} returns. */
export function copyAttributes(attributes: Attributes): Attributes {
  const copy = { ...attributes };
  for (const key of Object.keys(copy)) {
    const value: unknown = copy[key];
    // JSON is all that there is in them.
    if (typeof value === 'object' && value !== null) copy[key] = copyOf(value);
  }
  return copy;
}

/** Whether the list is the overflow attribute and nothing else. */
export function isOverflow(entries: Entries): boolean {
  const [first, second] = entries;
  return first?.[0] === 'otel.metric.overflow' && first[1] === true && second === undefined;
}

function keysOf(attributes: object): string[] {
  try {
    return Object.keys(attributes);
  } catch {
    // A proxy that does not let itself be looked at.
    return [];
  }
}

/** The value of one attribute: a primitive, or a copy of an object as JSON would have it, or in words. */
function readable(attributes: object, key: string): unknown {
  try {
    const value: unknown = (attributes as Record<string, unknown>)[key];
    switch (typeof value) {
      case 'string':
      case 'number':
      case 'boolean':
      case 'undefined':
        return value;
      case 'object':
        return value === null ? null : copyOf(value);
      default:
        return String(value);
    }
  } catch {
    // A getter that throws.
    return undefined;
  }
}

function copyOf(value: object): unknown {
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined ? undefined : (JSON.parse(json) as unknown);
  } catch {
    // A cycle, a bigint inside, or a `toJSON` that throws.
    return Object.prototype.toString.call(value);
  }
}
