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

/** What is known of a batch before the work is done. */
interface GivenSize {
  readonly events: Measured<unknown> | undefined;
  readonly bytes: Measured<unknown> | undefined;
}

/** How much a batch holds when it is handed over: the work may empty it. What cannot be told is `undefined`. */
export function sizeOfBatch<Result>(batch: Batch<Result>): GivenSize {
  try {
    if (typeof batch === 'number' || isList(batch))
      return { events: typeof batch === 'number' ? batch : batch.length, bytes: undefined };
    const { events, bytes } = batch;
    return {
      events: isList(events) ? events.length : (events as Measured<unknown>),
      bytes: bytes as GivenSize['bytes'],
    };
  } catch {
    // Whoever writes JavaScript may pass nothing, or what cannot be read.
    return { events: undefined, bytes: undefined };
  }
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

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
