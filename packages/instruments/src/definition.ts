/**
 * What an instrument is, as data. Everything else is derived from these entries: the typed instruments,
 * what the meter is told, the views, and the tables of the documentation.
 */

/** The values an attribute may take: any string, or one of a closed list. */
export type AttributeDomain = 'string' | readonly string[];

/** The attributes of an instrument by key, in the order in which they are documented. */
type AttributeDomains = Readonly<Record<string, AttributeDomain>>;

/** The synchronous instrument kinds of the OpenTelemetry API that the sets use. */
export type InstrumentKind = 'counter' | 'upDownCounter' | 'gauge' | 'histogram';

/** One instrument of a set. */
export interface InstrumentDefinition {
  /** The Prometheus family name of the contract, for a counter without its `_total`. */
  readonly name: string;
  readonly instrument: InstrumentKind;
  /** The true UCUM unit. What a meter is told is {@link meterUnit}'s decision. */
  readonly unit: string;
  readonly description: string;
  /** The attributes that every measurement carries. */
  readonly attributes: AttributeDomains;
  /** The attributes that a measurement may carry. */
  readonly optionalAttributes?: AttributeDomains;
  /** The upper bounds of a histogram's buckets, inclusive, ascending, in `unit`; `+Inf` is implied. */
  readonly boundaries?: readonly number[];
  /** How many attribute sets are kept apart, where the specification's default of 2000 is too few. */
  readonly cardinalityLimit?: number;
  /** Whether the system's published documentation asks for it, or only its present code has it. */
  readonly since?: 'seed' | 'upstream';
}

/** Instruments by property name: the instrument's name without the set's prefix, in camel case. */
export type InstrumentDefinitions = Readonly<Record<string, InstrumentDefinition>>;

/** The instruments of one system, and the scope under which they are created. */
export interface InstrumentSet<Definitions extends InstrumentDefinitions = InstrumentDefinitions> {
  /**
   * The instrumentation scope's name. It has no version, so that two copies of this package in one process share
   * one meter and so one series, instead of showing each series twice.
   */
  readonly scope: string;
  /** What the names begin with, and property names leave out. */
  readonly prefix: string;
  readonly definitions: Definitions;
}

type AttributeValue<Domain extends AttributeDomain> = Domain extends readonly (infer Value)[] ? Value : string;

type RequiredAttributes<Definition extends InstrumentDefinition> = {
  readonly [Key in keyof Definition['attributes']]: AttributeValue<Definition['attributes'][Key]>;
};

type OptionalAttributes<Definition extends InstrumentDefinition> = Definition extends {
  readonly optionalAttributes: infer Domains extends AttributeDomains;
}
  ? { readonly [Key in keyof Domains]?: AttributeValue<Domains[Key]> }
  : unknown;

/** The attributes that a measurement of the instrument takes, by key. */
export type AttributesOf<Definition extends InstrumentDefinition> = RequiredAttributes<Definition> &
  OptionalAttributes<Definition>;
