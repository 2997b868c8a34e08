import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { fc } from '../support/properties.ts';

const KEYS = ['a', 'b', 'c', '1', '', 'pipeline.id', 'Ключ'];

/** Values of all types, many of which are the same text and none the same value. */
const values: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('', 'x', 'y', '1', 'true', 'null', '[]', '["x"]', 'ü"\\') },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, -1, 1.5, 1e21) },
  { weight: 1, arbitrary: fc.boolean() },
  {
    weight: 1,
    arbitrary: fc.constantFrom<AttributeValue>([], ['x'], ['x', 'y'], ['1'], [1], [1, 2], [true], ['x', null], [null]),
  },
);

/** The attribute sets of one program: few, so that most come more than once. */
export const attributeSets: fc.Arbitrary<readonly Attributes[]> = fc.array(
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), values), { maxLength: 4, selector: ([key]) => key })
    .map((entries) => Object.fromEntries(entries)),
  { minLength: 1, maxLength: 4 },
);

/** One of the sets, with its keys in any order. */
export function attributesFrom(sets: readonly Attributes[]): fc.Arbitrary<Attributes> {
  return fc.constantFrom(...sets).chain((set) => {
    const entries = Object.entries(set);
    return fc.shuffledSubarray(entries, { minLength: entries.length }).map((shuffled) => Object.fromEntries(shuffled));
  });
}

/** The key that tells the observations of different callbacks apart; views leave it in. */
export const ID = 'id';

/** What one callback observes with: sets that no other callback has, see `repeatedObservations`. */
export function setsOfCallback(sets: readonly Attributes[], callback: number): readonly Attributes[] {
  return sets.map((set, index) => (callback === 0 && index === 0 ? {} : { ...set, [ID]: `${callback}/${index}` }));
}
