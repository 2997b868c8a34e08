import type { UserFunctions } from './user-functions.ts';

/** A number, or what tells it once the work is done, from what that has come to. */
export type Measured<Result> = number | ((result: Awaited<Result>) => number);

/** How much a batch holds. */
export interface BatchSize<Result> {
  /** How many events. */
  readonly events: readonly unknown[] | Measured<Result>;
  /** How many bytes, where that is known. */
  readonly bytes?: Measured<Result> | undefined;
}

/** Events, or how many there are. */
export type Batch<Result> = readonly unknown[] | number | BatchSize<Result>;

/** How many events a value stands for: those of a collection, none for nothing, otherwise one. Never throws. */
export function countEvents(value: unknown): number {
  try {
    if (Array.isArray(value)) return value.length;
    if (value instanceof Set || value instanceof Map) return value.size;
  } catch {
    // A proxy that is of no more use: one event, whatever becomes of it.
  }
  return value === undefined || value === null ? 0 : 1;
}

/** Events and bytes of a batch that has come to `result`; what cannot be told is `undefined`. */
export function measureBatch(
  batch: Batch<unknown>,
  result: unknown,
  functions: UserFunctions,
): { readonly events: number | undefined; readonly bytes: number | undefined } {
  if (Array.isArray(batch)) return { events: batch.length, bytes: undefined };
  if (typeof batch === 'number') return { events: batch, bytes: undefined };
  // Whoever writes JavaScript may pass nothing.
  const { events, bytes } = (batch ?? {}) as Partial<BatchSize<unknown>>;
  return {
    events: Array.isArray(events)
      ? events.length
      : measure('events', events as Measured<unknown> | undefined, result, functions),
    bytes: measure('bytes', bytes, result, functions),
  };
}

/** The number itself, or what its function makes of the result. */
export function measure(
  name: string,
  measured: Measured<unknown> | undefined,
  result: unknown,
  functions: UserFunctions,
): number | undefined {
  return typeof measured === 'function' ? functions.call(name, measured, result) : measured;
}
