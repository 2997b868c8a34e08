import type { Entries } from './attribute-node.ts';

/**
 * An attribute set as text: equal for sets that are the same series, in whatever order, and different for all others.
 * For the few places that have to remember sets apart from the index; it sorts and joins.
 */
export function keyOf(entries: Entries): string {
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, value]) => `${JSON.stringify(key)}:${keyOfValue(value)}`).join();
}

/** A value as text, told apart from others as the index tells them apart. */
export function keyOfValue(value: unknown): string {
  // JSON has null for NaN and the infinities. -0 is 0 in both.
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
