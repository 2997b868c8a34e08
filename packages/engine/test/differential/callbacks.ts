import { fc } from '../support/properties.ts';
import type { CallbackPlan, InstrumentPlan } from './program.ts';
import { areIdentical, isObservable } from './vocabulary.ts';

/** Callbacks of the observable instruments among these. */
export function callbacksOn(instruments: readonly InstrumentPlan[]): fc.Arbitrary<readonly CallbackPlan[]> {
  const observables = [...instruments.keys()].filter((index) => isObservable(instruments[index]));
  if (observables.length === 0) return fc.constant([]);
  const single = fc.constantFrom(...observables).map((on): CallbackPlan => ({ on: [on], isBatch: false }));
  const batch = fc
    .shuffledSubarray(observables, { minLength: 1 })
    .map((indexes): CallbackPlan => ({ on: ofOneMeter(instruments, indexes), isBatch: true }));
  return fc.array(fc.oneof(single, batch), { minLength: 1, maxLength: 3 });
}

/** The instruments that one batch callback can have: those of the first one's meter, each once: see `identicalInstruments`. */
function ofOneMeter(instruments: readonly InstrumentPlan[], indexes: readonly number[]): readonly number[] {
  const [first] = indexes;
  return indexes.filter((index, position) => {
    if (first === undefined || instruments[first]?.meter !== instruments[index]?.meter) return false;
    return !indexes.slice(0, position).some((other) => areIdentical(instruments[other], instruments[index]));
  });
}
