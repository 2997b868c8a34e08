import type { Output } from '../output.ts';

/**
 * The protobuf wire format (protobuf.dev, "Encoding"), as far as it is in use here:
 *
 *     field     tag (number × 8 + wire type) | value
 *     varint    seven bits a byte, the lowest first; the highest bit says that there are more
 *     double    eight bytes, the lowest first
 *     message, string, packed numbers     length (varint) | bytes
 *
 * Whoever calls has reserved what is written: 2 bytes for a tag, 10 for a varint, 8 for a double, 5 for a length.
 */
export type Tag = number;

/** The tag of a field whose value is a varint. */
export function varintTag(field: number): Tag {
  return field << 3;
}

export function doubleTag(field: number): Tag {
  return (field << 3) | 1;
}

/** The tag of a field whose value begins with its length. */
export function lengthTag(field: number): Tag {
  return (field << 3) | 2;
}

/** @param value a whole number from 0 */
export function writeVarint(output: Output, value: number): void {
  output.at = putVarint(output.bytes, output.at, value);
}

/** @returns where what comes after it goes */
export function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at] = rest;
  return at + 1;
}

/** A number with a sign, so that small ones are short: 0, -1, 1, -2, … */
export function writeZigzag(output: Output, value: number): void {
  writeVarint(output, value < 0 ? -2 * value - 1 : 2 * value);
}

/** A whole field. */
export function writeVarintField(output: Output, tag: Tag, value: number): void {
  writeVarint(output, tag);
  writeVarint(output, value);
}

/** A whole field. */
export function writeDoubleField(output: Output, tag: Tag, value: number): void {
  writeVarint(output, tag);
  output.view.setFloat64(output.at, value, true);
  output.at += 8;
}

/** A whole field. For what is written once: it reserves what it needs. */
export function writeTextField(output: Output, tag: Tag, value: string): void {
  const encoded = encoder.encode(value);
  output.reserve(10 + encoded.length);
  writeVarint(output, tag);
  writeVarint(output, encoded.length);
  output.append(encoded);
}

/**
 * Begins a message, or packed numbers, in the piece that was reserved: the length comes before the content and is known
 * after it.
 *
 * @param expected how long it will likely be: if that is right, nothing has to be moved at the end
 * @returns where the content begins, for {@link closeMessage}
 */
export function openMessage(output: Output, tag: Tag, expected = 0): number {
  writeVarint(output, tag);
  output.at += varintSize(expected);
  return output.at;
}

/** @param expected as {@link openMessage} was given it */
export function closeMessage(output: Output, start: number, expected = 0): void {
  const { bytes, at } = output;
  const length = at - start;
  const room = varintSize(expected);
  const needed = varintSize(length);
  if (needed !== room) bytes.copyWithin(start + needed - room, start, at);
  output.at = start - room;
  writeVarint(output, length);
  output.at += length;
}

/** As many bytes as {@link patchLength} writes. */
export const PADDED_BYTES = 5;

/**
 * Writes a length where room was left for it, wherever what follows may be by now: in always the same number of bytes,
 * which readers of varints take, and Prometheus up to this many.
 *
 * @param length below 2^35
 */
export function patchLength(bytes: Uint8Array, at: number, length: number): void {
  let rest = length;
  for (let index = 0; index < PADDED_BYTES; index += 1) {
    const isLast = index === PADDED_BYTES - 1;
    bytes[at + index] = (rest % 128) | (isLast ? 0 : 0x80);
    rest = Math.floor(rest / 128);
  }
}

/** How many bytes a length takes. */
export function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}

const encoder = new TextEncoder();
