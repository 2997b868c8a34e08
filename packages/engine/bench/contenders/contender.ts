import type { Attributes } from '@opentelemetry/api';

export type Kind = 'counter' | 'gauge' | 'histogram';

/** How a measurement is handed over: with its attributes, with their values alone, or with neither. */
export type Call = 'unbound' | 'positional' | 'bound';

/**
 * What it falls into: a series of its own, the overflow point, or a stream whose view drops the last attribute; or a
 * series of its own in a process that traces, where each measurement may be in a span.
 */
export type Setting = 'plain' | 'overflow' | 'view' | 'tracing';

export interface Plan {
  readonly kind: Kind;
  readonly keys: readonly string[];
  readonly setting: Setting;
  /** How many exports are attached: one is read, a second pushes. */
  readonly exports: 1 | 2;
  readonly cardinalityLimit: number;
}

/** What a collection holds of one series: `sum` and `count` of a histogram; otherwise the value, and no count. */
export interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
  readonly count: number | undefined;
}

/** A function for each number of labels in the matrix: a spread would measure the spread. */
export interface Positional {
  readonly none: () => (value: number) => void;
  readonly one: () => (a: string, value: number) => void;
  readonly two: () => (a: string, b: string, value: number) => void;
  readonly four: () => (a: string, b: string, c: string, d: string, value: number) => void;
}

/** One instrument of one library, with whatever exports the plan asks for attached. */
export interface Subject {
  readonly record: (value: number, attributes: Attributes) => void;
  /** Absent where the library has no such call. */
  readonly bind?: (attributes: Attributes) => (value: number) => void;
  readonly positional?: Positional;
  /** Lets the export that is read make its data, in the library's own form. The result is the caller's to consume. */
  readonly collect: () => Promise<unknown>;
  /** Lets the second export push, to where nothing is kept, and tells how many series it had. */
  readonly push: () => Promise<number>;
  readonly points: (collected: unknown) => Point[];
}

/**
 * Whether measurements have no attributes: then code passes none, rather than an object without any. At overflow some
 * have, those that take the places below the limit.
 */
export function isBare({ keys, setting }: Plan): boolean {
  return keys.length === 0 && setting !== 'overflow';
}

export const OVERFLOW = 'otel.metric.overflow';

/** The same for everybody: OpenTelemetry's default. */
export const BOUNDARIES = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
