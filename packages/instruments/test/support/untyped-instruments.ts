import { createInstruments, type InstrumentDefinition, type InstrumentSet } from '@flowmeter/instruments';
import type { SetOptions } from '@flowmeter/instruments';

/** An instrument of whichever kind, for tests that go through all of them. */
export interface UntypedInstrument {
  add?(value: unknown, attributes?: unknown): void;
  record?(value: unknown, attributes?: unknown): void;
  bind(attributes?: unknown): UntypedBound;
  positional(...keys: string[]): (...measurement: unknown[]) => void;
  startTimer?(attributes?: unknown): { stop(): number };
}

export interface UntypedBound {
  add?(value: unknown): void;
  record?(value: unknown): void;
}

/** One entry of a set with the instrument made of it. */
export interface CreatedInstrument {
  readonly property: string;
  readonly definition: InstrumentDefinition;
  readonly instrument: UntypedInstrument;
}

/** Creates a set's instruments without their types. */
export function createUntyped(set: InstrumentSet, options: SetOptions): readonly CreatedInstrument[] {
  const instruments = createInstruments(set, options) as unknown as Readonly<Record<string, UntypedInstrument>>;
  return Object.entries(set.definitions).map(([property, definition]) => {
    const instrument = instruments[property];
    if (instrument === undefined) throw new Error(`${set.scope} has no ${property}`);
    return { property, definition, instrument };
  });
}

/** Records `value` with the verb of the instrument's kind. */
export function measure(target: UntypedInstrument | UntypedBound, value: unknown, attributes?: unknown): void {
  if (target.add !== undefined) target.add(value, attributes);
  else if (target.record !== undefined) target.record(value, attributes);
  else throw new Error('neither adds nor records');
}

/** Attributes that an instrument may be given: all of them, each with a value of its domain. */
export function attributesFor({ attributes, optionalAttributes }: InstrumentDefinition): Record<string, string> {
  const domains = Object.entries({ ...attributes, ...optionalAttributes });
  return Object.fromEntries(
    domains.map(([key, domain]) => [key, domain === 'string' ? `any ${key}` : (domain[0] ?? '')]),
  );
}
