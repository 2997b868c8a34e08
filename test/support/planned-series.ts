/** What is recorded into every instrument of every set: planned as data, so that one process records and another compares. */
import { instrumentSets, type InstrumentDefinition } from '@flowmeter/instruments';

/** Carried by every measurement, as a constant attribute of the set. */
export const CONSTANT = { tenant: 'acme' };

/** One series, and what is recorded into it, in this order. */
export interface PlannedSeries {
  /** What the set's names begin with. */
  readonly prefix: string;
  readonly scope: string;
  readonly property: string;
  readonly definition: InstrumentDefinition;
  /** Without the constant ones. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** Text that each format has to escape or encode. */
const AWKWARD = 'a "quoted" \\ back\\nslash,\n{line}= ü 🚰';

/** The series of all sets: every instrument, every value of a closed list, free text plain and awkward. */
export function planSeries(): PlannedSeries[] {
  const planned: PlannedSeries[] = [];
  for (const { scope, prefix, definitions } of instrumentSets) {
    for (const [property, definition] of Object.entries(definitions)) {
      for (const attributes of attributeSetsOf(definition)) {
        const values = valuesOf(definition, planned.length + 1);
        planned.push({ prefix, scope, property, definition, attributes, values });
      }
    }
  }
  return planned;
}

/** As many attribute sets as the longest list of values has members; the last one carries the optional attributes. */
function attributeSetsOf({ attributes, optionalAttributes = {} }: InstrumentDefinition): Record<string, string>[] {
  const valuesByKey = (domains: InstrumentDefinition['attributes']): [string, readonly string[]][] =>
    Object.entries(domains).map(([key, domain]) => [key, domain === 'string' ? [`${key}-1`, AWKWARD] : domain]);
  const required = valuesByKey(attributes);
  const optional = valuesByKey(optionalAttributes);
  const pick = (pairs: [string, readonly string[]][], index: number): Record<string, string> =>
    Object.fromEntries(pairs.map(([key, values]) => [key, values[index % values.length] ?? '']));
  const count = Math.max(1, ...required.map(([, values]) => values.length));
  const sets = Array.from({ length: count }, (_, index) => pick(required, index));
  return optional.length === 0 ? sets : [...sets, { ...pick(required, 0), ...pick(optional, 1) }];
}

/** Fractions, and integers beyond 32 bits; no two series get the same. Sums of them are exact but for the histograms'. */
function valuesOf({ instrument, boundaries = [] }: InstrumentDefinition, seed: number): number[] {
  switch (instrument) {
    case 'counter':
      return [seed + 0.25, 2 ** 40 + seed];
    case 'upDownCounter':
      return [seed + 0.5, -(2 ** 34) - seed];
    case 'gauge':
      return [2 ** 33, seed % 2 === 0 ? seed + 0.125 : 2 ** 41 + seed];
    case 'histogram': {
      const [first = 0, second = 0] = boundaries;
      // Below, on and just above a boundary, and beyond the last one.
      return [0, first, first + (second - first) / 3, second, (boundaries.at(-1) ?? 0) + seed + 0.1];
    }
  }
}
