import type { Attributes } from '@opentelemetry/api';
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import { fc } from '../support/properties.ts';
import { attributesFrom } from './attribute-sets.ts';
import { behaviourOf } from './behaviours.ts';
import type { InstrumentPlan, Program, Step } from './program.ts';
import { allAndAny, eighths, isObservable, type Theme } from './vocabulary.ts';

type Parts = Pick<Program, 'readers' | 'instruments' | 'callbacks'>;

/** The next step of a program. */
export function stepOf(
  { readers, instruments, callbacks }: Parts,
  sets: readonly Attributes[],
  { values, callbacksRecord }: Theme,
): fc.Arbitrary<Step> {
  const indexes = [...instruments.keys()];
  const recorders = indexes.filter((index) => !isObservable(instruments[index]));
  const calling = [...callbacks.keys()];
  const some = <Item>(weight: number, items: readonly Item[], step: (item: Item) => fc.Arbitrary<Step>) =>
    items.length === 0 ? [] : [{ weight, arbitrary: fc.constantFrom(...items).chain(step) }];
  return fc.oneof(
    ...some(12, recorders, (on) => recordOf(on, valueFor(instruments[on], values), attributesFrom(sets))),
    ...some(1, indexes, (instrument) => fc.constant<Step>({ do: 'create', instrument })),
    ...some(1, calling, (callback) => fc.constant<Step>({ do: 'start', callback })),
    ...some(1, calling, (callback) => fc.constant<Step>({ do: 'stop', callback })),
    ...some(8, [...callbacks.entries()], ([callback, plan]) =>
      behaviourOf(callback, plan, instruments, sets, callbacksRecord).map((behaviour) => ({
        do: 'behave' as const,
        callback,
        ...behaviour,
      })),
    ),
    ...some(4, [...readers.keys()], (by) => fc.constant<Step>({ do: 'collect', by })),
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'collect by all' }) },
  );
}

function recordOf(on: number, value: fc.Arbitrary<number>, attributes: fc.Arbitrary<Attributes>): fc.Arbitrary<Step> {
  return allAndAny(
    { do: fc.constant('record' as const), on: fc.constant(on), value },
    { attributes, form: fc.constantFrom('direct', 'bound', 'positional') },
  );
}

function valueFor(plan: InstrumentPlan | undefined, values: Theme['values']): fc.Arbitrary<number> {
  // An instrument for integers makes a 0 of what is below 1.
  if (values === 'above 0' && plan?.integers === true) return fc.oneof(eighths(1, 40), fc.constantFrom(1000, 2 ** 20));
  if (values === 'above 0') return fc.oneof(eighths(0.125, 40), fc.constantFrom(2 ** -10, 0.3125, 1000, 2 ** 20));
  const goesDown = plan?.type === InstrumentType.UP_DOWN_COUNTER || plan?.type === InstrumentType.GAUGE;
  if (goesDown) return eighths(-40, 40);
  // What is below 0 is refused.
  return fc.oneof(
    { weight: 9, arbitrary: eighths(0, 40) },
    { weight: 1, arbitrary: eighths(-2, 0) },
    { weight: 1, arbitrary: noNumbers },
  );
}

/** What is no number is refused, whatever it looks like. */
const noNumbers = fc.constantFrom<unknown>('5', null, true, [5]) as fc.Arbitrary<number>;
