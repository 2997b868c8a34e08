import type { Attributes } from '@opentelemetry/api';

/** An instrument of a meter that can do more than the API asks for: ours, or one that implements "Bind" as ours does. */
export interface NativeInstrument {
  /** Resolves attributes once (OpenTelemetry specification 1.57, API, "Bind"). */
  bind(attributes?: Attributes): NativeBound;
  /** A function that takes the values of these attributes, then the value to record. */
  positional(...keys: string[]): (...measurement: unknown[]) => void;
}

/** What `bind` gives: of the two methods, the one that the instrument has itself. */
export interface NativeBound {
  add(value: number): void;
  record(value: number): void;
}

/** The instrument with what it can do beyond the API; `undefined` if that is nothing. */
export function toNative(instrument: object): NativeInstrument | undefined {
  const { bind, positional } = instrument as Partial<NativeInstrument>;
  return typeof bind === 'function' && typeof positional === 'function' ? (instrument as NativeInstrument) : undefined;
}
