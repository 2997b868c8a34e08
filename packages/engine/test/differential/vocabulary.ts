/** What programs are put together from. */
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import { fc } from '../support/properties.ts';
import { textOf } from './normal-form.ts';
import type { InstrumentPlan, TemporalityPlan } from './program.ts';

/** What the programs of a theme have. */
export interface Theme {
  readonly types: readonly InstrumentType[];
  readonly mostReaders: number;
  readonly temporalities: readonly TemporalityPlan[];
  readonly views: boolean;
  /** Aggregations of the readers' own. */
  readonly aggregations: boolean;
  /** Whether exponential histograms are among the aggregations. */
  readonly exponential: boolean;
  /** Whether callbacks record by the way. They run once for each reader, and in no certain order. */
  readonly callbacksRecord: boolean;
  /** Which values synchronous instruments are given: those that they take and some that they refuse, or those above 0. */
  readonly values: 'all' | 'above 0';
}

export const SYNCHRONOUS: readonly InstrumentType[] = [
  InstrumentType.COUNTER,
  InstrumentType.UP_DOWN_COUNTER,
  InstrumentType.HISTOGRAM,
  InstrumentType.GAUGE,
];

export const OBSERVABLE: readonly InstrumentType[] = [
  InstrumentType.OBSERVABLE_COUNTER,
  InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
  InstrumentType.OBSERVABLE_GAUGE,
];

export const TEMPORALITIES: readonly TemporalityPlan[] = ['cumulative', 'delta', 'delta without up-down counters'];

/** No two differ only in case: see `namesInAnotherCase`. */
export const NAMES = ['a.count', 'a.size', 'b/time', 'Bytes-in', 'c_level'];

/** With one wildcard at most: see `wildcards`. */
export const PATTERNS = ['*', 'a.*', '*e', 'b/time', 'c_*l', 'none'];

export const DESCRIPTIONS = ['', 'short', 'other', 'a longer one'];

export const UNITS = ['', 's', 'By', '{item}'];

export const SCHEMA_URL = 'https://schema/1';

export const METERS = [
  { name: 'm' },
  { name: 'm', version: '1' },
  { name: 'm', version: '1', schemaUrl: SCHEMA_URL },
  { name: 'other', version: '2' },
  { name: '' },
];

export function isObservable(plan: InstrumentPlan | undefined): boolean {
  return plan !== undefined && OBSERVABLE.includes(plan.type);
}

/** Whether two plans are of instruments that the specification calls identical. */
export function areIdentical(one: InstrumentPlan | undefined, other: InstrumentPlan | undefined): boolean {
  return textOf(identityOf(one)) === textOf(identityOf(other));
}

function identityOf(plan: InstrumentPlan | undefined): unknown {
  return [plan?.meter, plan?.type, plan?.name, plan?.unit ?? '', plan?.integers ?? false];
}

/** Multiples of 1/8, whose sums are exact in any order: stock adds up intervals where the engine keeps one total. */
export function eighths(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: min * 8, max: max * 8 }).map((value) => value / 8);
}

type Generated<Model> = { [Key in keyof Model]: Model[Key] extends fc.Arbitrary<infer Value> ? Value : never };

/** Objects with all these properties. */
export function all<Model extends Readonly<Record<string, fc.Arbitrary<unknown>>>>(
  model: Model,
): fc.Arbitrary<Generated<Model>> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<Generated<Model>>;
}

/** Objects with any of these properties. */
export function any<Model extends Readonly<Record<string, fc.Arbitrary<unknown>>>>(
  model: Model,
): fc.Arbitrary<Partial<Generated<Model>>> {
  return fc.record(model, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<Generated<Model>>>;
}

/** Objects with all of the first properties and any of the second. */
export function allAndAny<
  Required extends Readonly<Record<string, fc.Arbitrary<unknown>>>,
  Optional extends Readonly<Record<string, fc.Arbitrary<unknown>>>,
>(required: Required, optional: Optional): fc.Arbitrary<Generated<Required> & Partial<Generated<Optional>>> {
  return fc.tuple(all(required), any(optional)).map(([one, other]) => ({ ...one, ...other }));
}
