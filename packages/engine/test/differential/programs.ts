import { fc } from '../support/properties.ts';
import { aggregationsFor, boundaries } from './aggregations.ts';
import { attributeSets } from './attribute-sets.ts';
import { callbacksOn } from './callbacks.ts';
import type { InstrumentPlan, Program, ReaderPlan, Step } from './program.ts';
import { stepOf } from './steps.ts';
import { viewsOf } from './views.ts';
import { all, allAndAny, any, DESCRIPTIONS, METERS, NAMES, UNITS, type Theme } from './vocabulary.ts';

/** Programs of a theme, which end with a collection by all readers. None comes to a cardinality limit: see `limitForLife`. */
export function programs(theme: Theme): fc.Arbitrary<Program> {
  const parts = all({
    readers: fc.array(readerOf(theme), { minLength: 1, maxLength: theme.mostReaders }),
    views: theme.views ? viewsOf(theme) : fc.constant([]),
    instruments: instrumentsOf(theme),
    sets: attributeSets,
  });
  return parts.chain(({ sets, ...fixed }) =>
    callbacksOn(fixed.instruments).chain((callbacks) => {
      const first = fc.subarray(callbacks.map((_plan, callback): Step => ({ do: 'start', callback })));
      const next = fc.array(stepOf({ ...fixed, callbacks }, sets, theme), { minLength: 4, maxLength: 30 });
      return fc.tuple(first, next).map(([starts, steps]): Program => ({
        ...fixed,
        callbacks,
        steps: [...starts, ...steps, { do: 'collect by all' }],
      }));
    }),
  );
}

function readerOf(theme: Theme): fc.Arbitrary<ReaderPlan> {
  return allAndAny(
    { temporality: fc.constantFrom(...theme.temporalities) },
    { limit: fc.constantFrom(20, 100), ...(theme.aggregations ? { aggregations: aggregationsFor(theme) } : {}) },
  );
}

/** Instruments, and some of them once more with what does not make them others. */
function instrumentsOf(theme: Theme): fc.Arbitrary<readonly InstrumentPlan[]> {
  const instrument = allAndAny(
    { meter: fc.constantFrom(...METERS), type: fc.constantFrom(...theme.types), name: fc.constantFrom(...NAMES) },
    { ...details, unit: fc.constantFrom(...UNITS), integers: fc.boolean() },
  );
  return fc
    .array(instrument, { minLength: 1, maxLength: 4 })
    .chain((instruments) =>
      fc
        .array(fc.tuple(fc.constantFrom(...instruments), any(details)), { maxLength: 2 })
        .map((others) => [...instruments, ...others.map(([plan, other]) => ({ ...plan, ...other }))]),
    );
}

const details = { description: fc.constantFrom(...DESCRIPTIONS), boundaries };
