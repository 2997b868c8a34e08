import type { BoundAdder } from '../instrument-interfaces.ts';
import { passing } from './passing.ts';
import type { Watch } from './watcher.ts';

/** Data whose length in bytes is known. */
export type Bytes = string | ArrayBufferView | ArrayBufferLike | Blob;

/** How many bytes a value has, `undefined` if it is no data. Text is UTF-8 unless an encoding is given. */
export function byteLengthOf(value: unknown, encoding?: string): number | undefined {
  if (typeof value === 'string') return Buffer.byteLength(value, encoding as BufferEncoding | undefined);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('byteLength' in value && typeof value.byteLength === 'number') return value.byteLength;
  return value instanceof Blob ? value.size : undefined;
}

/** Adds the bytes of each chunk. */
export function watchBytes(adder: BoundAdder): Watch {
  return { item: (chunk, encoding) => adder.add(byteLengthOf(chunk, encoding) ?? 0) };
}

/** Adds the bytes of data at once, of what flows as they are taken. */
export function countBytes(source: unknown, adder: BoundAdder): unknown {
  const length = byteLengthOf(source);
  if (length === undefined) return passing(source, watchBytes(adder));
  adder.add(length);
  return source;
}
