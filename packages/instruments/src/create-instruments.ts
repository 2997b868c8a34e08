import type { MeterProvider } from '@opentelemetry/api';
import type { ConstantAttributes } from './attribute-values.ts';
import { createRecordings } from './create-recordings.ts';
import type { AttributesOf, InstrumentDefinition, InstrumentDefinitions, InstrumentSet } from './definition.ts';
import type { Counter, DurationHistogram, Gauge, Histogram, UpDownCounter } from './instrument-interfaces.ts';
import type { AttachableInstrument } from './meter-attachment.ts';
import { toInstrument } from './to-instrument.ts';

/** How to create a set. */
export interface SetOptions<Constants extends ConstantAttributes = ConstantAttributes> {
  /**
   * Attributes that every measurement of the set carries, such as `tenant`. One that an instrument declares need
   * not be given again with each measurement; where it is, the measurement's value wins.
   */
  readonly attributes?: Constants;
  /**
   * The provider to create the instruments on. Default: the one registered with the OpenTelemetry API, as soon as
   * there is one.
   */
  readonly meterProvider?: MeterProvider;
}

type DeclaredKey<Definition extends InstrumentDefinition> = Definition extends unknown
  ? keyof AttributesOf<Definition> & string
  : never;

type DeclaredValue<Definition extends InstrumentDefinition, Key extends string> = Definition extends unknown
  ? Key extends keyof AttributesOf<Definition>
    ? AttributesOf<Definition>[Key]
    : never
  : never;

/** What constant attributes of a set may be where its instruments declare them: within the domain of one that does. */
export interface DeclaredConstants<Definitions extends InstrumentDefinitions> {
  readonly attributes?: {
    readonly [Key in DeclaredKey<Definitions[keyof Definitions]>]?: DeclaredValue<Definitions[keyof Definitions], Key>;
  };
}

/** The keys that are known to be constant: none where the compiler knows only that they are strings. */
export type GivenKeys<Constants> = string extends keyof Constants ? never : keyof Constants & string;

type Merged<Type> = { [Key in keyof Type]: Type[Key] };

/** The attributes that are left to give when those with the keys `Given` are constant. */
export type AttributesLeft<Definition extends InstrumentDefinition, Given extends string> = Merged<
  Omit<AttributesOf<Definition>, Given> &
    Partial<Pick<AttributesOf<Definition>, Extract<keyof AttributesOf<Definition>, Given>>>
>;

/** The typed instrument of a definition, when the attributes with the keys `Given` are constant. */
export type InstrumentOf<
  Definition extends InstrumentDefinition,
  Given extends string,
> = Definition['instrument'] extends 'counter'
  ? Counter<AttributesLeft<Definition, Given>>
  : Definition['instrument'] extends 'upDownCounter'
    ? UpDownCounter<AttributesLeft<Definition, Given>>
    : Definition['instrument'] extends 'gauge'
      ? Gauge<AttributesLeft<Definition, Given>>
      : Definition['unit'] extends 's' | 'ms'
        ? DurationHistogram<AttributesLeft<Definition, Given>>
        : Histogram<AttributesLeft<Definition, Given>>;

/** The typed instruments of a set, by property name. */
export type Instruments<Definitions extends InstrumentDefinitions, Given extends string = never> = {
  readonly [Property in keyof Definitions]: InstrumentOf<Definitions[Property], Given>;
};

/**
 * Creates the typed instruments of a set. Before a meter provider is registered their calls cost next to nothing and
 * record nothing; from then on they are live. Creating a set twice gives two ways into the same series.
 */
export function createInstruments<
  const Definitions extends InstrumentDefinitions,
  const Constants extends ConstantAttributes = Record<never, never>,
>(
  set: InstrumentSet<Definitions>,
  options: SetOptions<Constants> & DeclaredConstants<Definitions> = {},
): Instruments<Definitions, GivenKeys<Constants>> {
  return createInstrumentsBeside<Definitions, Constants>(set, options, []);
}

/**
 * As {@link createInstruments}.
 *
 * @param beside what else is created on the meter of the set
 */
export function createInstrumentsBeside<
  Definitions extends InstrumentDefinitions,
  Constants extends ConstantAttributes,
>(
  set: InstrumentSet<Definitions>,
  options: SetOptions<Constants>,
  beside: readonly AttachableInstrument[],
): Instruments<Definitions, GivenKeys<Constants>> {
  const instruments: Record<string, object> = {};
  for (const [property, recording] of createRecordings(set, options, { beside })) {
    instruments[property] = toInstrument(recording);
  }
  // The compiler cannot follow the loop: each property's class implements the interface of its definition's kind.
  return instruments as unknown as Instruments<Definitions, GivenKeys<Constants>>;
}
