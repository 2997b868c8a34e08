import type { InstrumentType } from '@opentelemetry/sdk-metrics';
import { fc } from '../support/properties.ts';
import { aggregationFor } from './aggregations.ts';
import { ID } from './attribute-sets.ts';
import type { ViewPlan } from './program.ts';
import { allAndAny, any, DESCRIPTIONS, NAMES, PATTERNS, SCHEMA_URL, UNITS, type Theme } from './vocabulary.ts';

/** Views of which no two give one instrument the same stream name: see `oneStreamNameTwice`. */
export function viewsOf(theme: Theme): fc.Arbitrary<readonly ViewPlan[]> {
  const types = fc.constantFrom(...theme.types);
  const renaming = fc.array(viewOf(theme, fc.constantFrom(...NAMES), fc.option(types, { nil: undefined })), {
    maxLength: 3,
  });
  const patterns = fc.constantFrom(...PATTERNS);
  const keeping = fc.oneof(
    fc.array(viewOf(theme, patterns, fc.constant(undefined)), { maxLength: 1 }),
    fc
      .uniqueArray(types, { maxLength: 3 })
      .chain((chosen) =>
        fc.tuple(...chosen.map((type) => viewOf(theme, fc.option(patterns, { nil: undefined }), fc.constant(type)))),
      ),
  );
  return fc.tuple(renaming, keeping, fc.boolean()).map(([named, unnamed, namedFirst]) => {
    const renamed = named.map((view, index) => ({ ...view, name: `stream-${index}` }));
    return namedFirst ? [...renamed, ...unnamed] : [...unnamed, ...renamed];
  });
}

function viewOf(
  theme: Theme,
  names: fc.Arbitrary<string | undefined>,
  types: fc.Arbitrary<InstrumentType | undefined>,
): fc.Arbitrary<ViewPlan> {
  return fc.tuple(names, types).chain(([instrumentName, instrumentType]) => {
    const aggregation = aggregationFor(instrumentType, theme);
    // See `readersAggregations`.
    const required = theme.aggregations ? { aggregation } : {};
    const optional = {
      ...(theme.aggregations ? {} : { aggregation }),
      keptKeys: fc.subarray(['a', 'b', 'c', '1', '']).map((keys) => [...keys, ID]),
      droppedKeys: fc.subarray(['a', 'b', 'c', '1', '']),
      description: fc.constantFrom(...DESCRIPTIONS),
      limit: fc.constantFrom(20, 100),
    };
    return fc.tuple(allAndAny(required, optional), furtherSelectors).map(([view, selectors]) => ({
      ...view,
      ...selectors,
      ...(instrumentName === undefined ? {} : { instrumentName }),
      ...(instrumentType === undefined ? {} : { instrumentType }),
    }));
  });
}

/** Seldom, so that most views select something. */
const furtherSelectors = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: any({
      instrumentUnit: fc.constantFrom(...UNITS),
      meterName: fc.constantFrom('m', 'other'),
      meterVersion: fc.constantFrom('', '1', '2'),
      meterSchemaUrl: fc.constant(SCHEMA_URL),
    }),
  },
);
