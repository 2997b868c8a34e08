import { keyOfValue } from './attribute-key.ts';
import type { Entries } from './attribute-node.ts';
import { describeSetting } from './described.ts';
import type { Stream } from './stream.ts';

/**
 * What is said of a stream that has reached its limit: which instrument, and which attribute to look at.
 *
 * @param entries the attribute set for which there is no room
 */
export function overflowWarning(stream: Stream, entries: Entries): string {
  const { name } = stream.descriptor;
  // By the name that is in the code, where a view has given it another.
  const as = name === stream.instrument.name ? '' : `, which a view names ${describeSetting(name)},`;
  const limit = `${stream.instrument.name}${as} has reached its cardinality limit of ${stream.cardinalityLimit}`;
  const worst = worstAttributeOf(stream, entries);
  return `${[limit, ...worst].join('; ')}; further attribute sets are counted in otel.metric.overflow=true`;
}

/**
 * The attribute that most of the series differ in; nothing where none of them has attributes, nor the new set. Where several
 * do, the new set tells which of them goes on.
 */
function worstAttributeOf(stream: Stream, entries: Entries): string[] {
  const values = new Map<string, Set<string>>(entries.map(([key]) => [key, new Set()]));
  for (let row = 0; row < stream.rowCount; row += 1) {
    if (stream.isFree(row) || stream.isLeaving(row) || stream.isOverflowRow(row)) continue;
    for (const [key, value] of Object.entries(stream.attributesOf(row))) {
      const seen = values.get(key);
      if (seen === undefined) values.set(key, new Set([keyOfValue(value)]));
      else seen.add(keyOfValue(value));
    }
  }
  const added = new Map(entries);
  let [worst, count, most] = ['', 0, 0];
  for (const [key, seen] of values) {
    const withNew = seen.size + (added.has(key) && !seen.has(keyOfValue(added.get(key))) ? 1 : 0);
    if (withNew > most) [worst, count, most] = [key, Math.max(seen.size, 1), withNew];
  }
  return most === 0 ? [] : [`the attribute with the most distinct values is ${worst} with ${count}`];
}
