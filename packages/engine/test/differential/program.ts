/**
 * Programs of API calls as plain data, so that one that fails prints as it is. Instruments, readers and callbacks are
 * named by their index.
 */
import type { Attributes } from '@opentelemetry/api';
import type { AggregationOption, InstrumentType } from '@opentelemetry/sdk-metrics';

export interface Program {
  readonly readers: readonly ReaderPlan[];
  readonly views: readonly ViewPlan[];
  readonly instruments: readonly InstrumentPlan[];
  readonly callbacks: readonly CallbackPlan[];
  readonly steps: readonly Step[];
}

export type TemporalityPlan = 'cumulative' | 'delta' | 'delta without up-down counters';

export interface ReaderPlan {
  readonly temporality: TemporalityPlan;
  /** The reader's own aggregations. Instruments of a type not named have the default. */
  readonly aggregations?: Readonly<Partial<Record<InstrumentType, AggregationOption>>>;
  readonly limit?: number;
}

export interface ViewPlan {
  readonly instrumentName?: string;
  readonly instrumentType?: InstrumentType;
  readonly instrumentUnit?: string;
  readonly meterName?: string;
  readonly meterVersion?: string;
  readonly meterSchemaUrl?: string;
  readonly name?: string;
  readonly description?: string;
  readonly aggregation?: AggregationOption;
  readonly keptKeys?: readonly string[];
  readonly droppedKeys?: readonly string[];
  readonly limit?: number;
}

export interface InstrumentPlan {
  readonly meter: MeterPlan;
  readonly type: InstrumentType;
  readonly name: string;
  readonly description?: string;
  readonly unit?: string;
  readonly integers?: boolean;
  readonly boundaries?: readonly number[];
}

export interface MeterPlan {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
}

/** A callback of one observable instrument, or a batch callback of several. */
export interface CallbackPlan {
  readonly on: readonly number[];
  readonly isBatch: boolean;
}

/** How a measurement is made. Stock has the direct form only, and takes it for all. */
export type Form = 'direct' | 'bound' | 'positional';

export type Step =
  /** Records with an instrument, which is created at the first step that names it. */
  | {
      readonly do: 'record';
      readonly on: number;
      readonly value: number;
      readonly attributes?: Attributes;
      readonly form?: Form;
    }
  /** Creates an instrument again; what follows uses the new one. */
  | { readonly do: 'create'; readonly instrument: number }
  | { readonly do: 'start' | 'stop'; readonly callback: number }
  /** What a callback does from now on. At first it does nothing. */
  | ({ readonly do: 'behave'; readonly callback: number } & Behaviour)
  | { readonly do: 'collect'; readonly by: number }
  /** Collects by all readers at once. */
  | { readonly do: 'collect by all' };

export interface Behaviour {
  readonly observations: readonly Observation[];
  /** What it records by the way with synchronous instruments. */
  readonly records?: readonly Observation[];
  readonly throws?: string;
  readonly isAsync?: boolean;
}

export interface Observation {
  readonly on: number;
  readonly value: number;
  readonly attributes?: Attributes;
}
