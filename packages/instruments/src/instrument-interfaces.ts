/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The typed instruments as code sees them. They have the OpenTelemetry API's verbs, take exactly the attributes of
 * their definition, and never throw: a measurement that cannot be taken is dropped and reported once through `diag`.
 */

/**
 * The attributes argument: required when the instrument has a required attribute, absent when it has none at all,
 * so that forgetting all of them does not compile either.
 */
type AttributesArgument<Attributes> = keyof Attributes extends never
  ? []
  : Record<never, never> extends Attributes
    ? [attributes?: Attributes]
    : [attributes: Attributes];

type RequiredKey<Attributes> = {
  [Key in keyof Attributes]-?: Record<never, never> extends Pick<Attributes, Key> ? never : Key;
}[keyof Attributes];

/** The attribute keys of a positional function: the compiler refuses a list that leaves out a required one. */
type PositionalKeys<Attributes, Keys extends readonly (keyof Attributes)[]> =
  Exclude<RequiredKey<Attributes>, Keys[number]> extends never
    ? Keys
    : readonly [missing: Exclude<RequiredKey<Attributes>, Keys[number]>];

/** A function that takes the attribute values in the order of the keys it was made with, then the value. */
type PositionalFunction<Attributes, Keys extends readonly (keyof Attributes)[]> = (
  ...measurement: [...{ -readonly [Index in keyof Keys]: NonNullable<Attributes[Keys[Index]]> }, value: number]
) => void;

/** A counter or up-down counter with its attributes resolved once. */
export interface BoundAdder {
  /** Adds `value`, in the instrument's unit. */
  add(value: number): void;
}

/** A counter: what is added is finite and not negative. */
export interface Counter<Attributes> {
  /** Adds `value`, in the instrument's unit; a negative, infinite or NaN one is dropped. */
  add(value: number, ...attributes: AttributesArgument<Attributes>): void;
  /** Resolves the attributes once (OpenTelemetry specification 1.57, API, "Bind"). */
  bind(...attributes: AttributesArgument<Attributes>): BoundAdder;
  /** Makes the function that takes the values of `keys` in this order, then the value to add. */
  positional<const Keys extends readonly (keyof Attributes)[]>(
    ...keys: PositionalKeys<Attributes, Keys>
  ): PositionalFunction<Attributes, Keys>;
}

/** An up-down counter: as {@link Counter}, and what is added may be negative. */
export type UpDownCounter<Attributes> = Counter<Attributes>;

/** A gauge or histogram with its attributes resolved once. */
export interface BoundRecorder {
  /** Records `value`, in the instrument's unit. */
  record(value: number): void;
}

/** A gauge: the last value recorded stands. An infinite or NaN value is dropped. */
export interface Gauge<Attributes> {
  /** Records `value`, in the instrument's unit. */
  record(value: number, ...attributes: AttributesArgument<Attributes>): void;
  /** Resolves the attributes once (OpenTelemetry specification 1.57, API, "Bind"). */
  bind(...attributes: AttributesArgument<Attributes>): BoundRecorder;
  /** Makes the function that takes the values of `keys` in this order, then the value to record. */
  positional<const Keys extends readonly (keyof Attributes)[]>(
    ...keys: PositionalKeys<Attributes, Keys>
  ): PositionalFunction<Attributes, Keys>;
}

/** A histogram: as {@link Gauge}, and a negative value is dropped (specification, API, "Histogram record"). */
export type Histogram<Attributes> = Gauge<Attributes>;

/** A running measurement of time. */
export interface Timer {
  /** Ends the measurement, records it, and returns it in the histogram's unit. A second call records nothing. */
  stop(): number;
  /** Ends the measurement at the end of a `using` block, unless it was ended before. */
  [Symbol.dispose](): void;
}

/** A histogram of durations. */
export interface DurationHistogram<Attributes> extends Histogram<Attributes> {
  /**
   * Starts to measure, with the attributes as they are now; the timer records when it is stopped or its `using` block
   * ends.
   */
  startTimer(...attributes: AttributesArgument<Attributes>): Timer;
}
