import type { Attributes } from '@opentelemetry/api';
import type { Naming } from '../names/naming.ts';
import { attributeText } from './attribute-value.ts';
import { labelNameOf } from './label-name.ts';
import type { Label } from './label.ts';

/**
 * The labels of a series: the fixed ones, then the attributes in the order of their keys. No two have the same name, whatever
 * the attributes hold, and nothing in them throws.
 *
 * - Where several come to one name, it has all their values, joined by `;` in the lexicographic order (of UTF-16 code units) of
 *   the keys that they were given under (specification, compatibility, "Metric Attributes"); a fixed label's key is its name,
 *   and it goes before an attribute of the same key.
 * - A reserved name, which the format means something by, gets `exported_` in front, as Prometheus has it for labels that clash
 *   with its own.
 *
 * @param fixed labels that all series have, escaped
 */
export function toLabels(
  attributes: Attributes,
  naming: Naming,
  fixed: readonly Label[],
  reserved: ReadonlySet<string>,
): Label[] {
  const labels: Label[] = [];
  const keys: string[] = [];
  for (const [name, value] of fixed) {
    labels.push([notReserved(name === '' ? '_' : name, reserved), value]);
    keys.push(name);
  }
  for (const [key, value] of readAttributes(attributes)) {
    labels.push([notReserved(labelNameOf(key, naming), reserved), value]);
    keys.push(key);
  }
  return haveDistinctNames(labels) ? labels : joinEqualNames(labels, keys);
}

/** The attributes with their values as text, in the lexicographic order of their keys; without what cannot be read. */
export function readAttributes(attributes: Attributes): [key: string, value: string][] {
  return keysOf(attributes).map((key) => [key, readValue(attributes, key)]);
}

function keysOf(attributes: unknown): string[] {
  if (typeof attributes !== 'object' || attributes === null) return [];
  try {
    return Object.keys(attributes).toSorted();
  } catch {
    return [];
  }
}

function readValue(attributes: Attributes, key: string): string {
  try {
    return attributeText(attributes[key]);
  } catch {
    return '';
  }
}

function notReserved(name: string, reserved: ReadonlySet<string>): string {
  let free = name;
  while (reserved.has(free)) free = `exported_${free}`;
  return free;
}

function haveDistinctNames(labels: readonly Label[]): boolean {
  const names = new Set<string>();
  for (const [name] of labels) names.add(name);
  return names.size === labels.length;
}

/** @param keys what each label was called originally */
function joinEqualNames(labels: readonly Label[], keys: readonly string[]): Label[] {
  const values = new Map<string, { readonly key: string; readonly value: string }[]>();
  for (const [position, [name, value]] of labels.entries()) {
    const part = { key: keys[position] ?? name, value };
    const parts = values.get(name);
    if (parts === undefined) values.set(name, [part]);
    else parts.push(part);
  }
  return [...values].map(([name, parts]) => [
    name,
    parts
      .toSorted((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
      .map(({ value }) => value)
      .join(';'),
  ]);
}
