import type { Attributes } from '@opentelemetry/api';
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import { fc } from '../support/properties.ts';
import { attributesFrom, setsOfCallback } from './attribute-sets.ts';
import type { Behaviour, CallbackPlan, InstrumentPlan, Observation } from './program.ts';
import { all, any, areIdentical, eighths, isObservable } from './vocabulary.ts';

/** What a callback may do: observe, now and then throw, and if it records, do so with instruments of its meter. */
export function behaviourOf(
  callback: number,
  { on, isBatch }: CallbackPlan,
  instruments: readonly InstrumentPlan[],
  sets: readonly Attributes[],
  records: boolean,
): fc.Arbitrary<Behaviour> {
  const indexes = [...instruments.keys()];
  // A batch callback may observe what it is not registered for, which counts for nothing.
  const others = indexes.filter(
    (index) =>
      isObservable(instruments[index]) && !on.some((own) => areIdentical(instruments[own], instruments[index])),
  );
  const observation = measurementOf(isBatch ? [...on, ...others] : on, instruments, setsOfCallback(sets, callback));
  const meter = instruments[on[0] ?? -1]?.meter;
  const recorders = records
    ? indexes.filter((index) => !isObservable(instruments[index]) && instruments[index]?.meter === meter)
    : [];
  return fc
    .tuple(
      all({ observations: fc.array(observation, { maxLength: 5 }) }),
      fc.oneof(
        { weight: 5, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: all({ throws: fc.constantFrom('no connection', 'no time') }) },
      ),
      any({ isAsync: fc.constant(true) }),
      recorders.length === 0
        ? fc.constant({})
        : any({ records: fc.array(measurementOf(recorders, instruments, sets), { maxLength: 2 }) }),
    )
    .map(([observing, throwing, waiting, recording]) => ({ ...observing, ...throwing, ...waiting, ...recording }));
}

function measurementOf(
  indexes: readonly number[],
  instruments: readonly InstrumentPlan[],
  sets: readonly Attributes[],
): fc.Arbitrary<Observation> {
  return fc
    .constantFrom(...indexes)
    .chain((on) => all({ on: fc.constant(on), value: valueFor(instruments[on]), attributes: attributesFrom(sets) }));
}

/** Observable counters are not given values below 0: see `noCounterBelowZero`. */
function valueFor(plan: InstrumentPlan | undefined): fc.Arbitrary<number> {
  return plan?.type === InstrumentType.OBSERVABLE_COUNTER ? eighths(0, 40) : eighths(-40, 40);
}
