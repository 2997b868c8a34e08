import type { GrowingBytes } from '../growing-bytes.ts';

/**
 * The protobuf wire format (protobuf.dev, "Encoding"), as far as it is in use here:
 *
 *     field     tag (number × 8 + wire type) | value
 *     varint    seven bits a byte, the lowest first; the highest bit says that there are more
 *     fixed64, double     eight bytes, the lowest first
 *     message, string, bytes, packed numbers     length (varint) | bytes
 *
 * The fields of OTLP's metrics have numbers below 16: each tag is one byte.
 */
export type Tag = number;

/** The tag of a field whose value is a varint. */
export function varintTag(field: number): Tag {
  return field << 3;
}

/** The tag of a fixed64, an sfixed64 or a double. */
export function fixedTag(field: number): Tag {
  return (field << 3) | 1;
}

/** The tag of a field whose value begins with its length. */
export function lengthTag(field: number): Tag {
  return (field << 3) | 2;
}

const TWO_32 = 2 ** 32;
const MOST_VARINT_BYTES = 10;

/** @param value a whole number; a negative one takes ten bytes, as an int64 does */
export function writeVarint(output: GrowingBytes, value: number): void {
  output.reserve(MOST_VARINT_BYTES);
  const { bytes } = output;
  let { at } = output;
  if (value >= 0) {
    let rest = value;
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80;
    for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
  } else {
    let low = value >>> 0;
    let high = Math.floor(value / TWO_32) >>> 0;
    while (high > 0 || low >= 0x80) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[at++] = low;
  }
  output.at = at;
}

/** A whole field. */
export function writeVarintField(output: GrowingBytes, tag: Tag, value: number): void {
  writeTag(output, tag);
  writeVarint(output, value);
}

/** A whole field with an sint32: small numbers are short, whatever their sign. */
export function writeZigzagField(output: GrowingBytes, tag: Tag, value: number): void {
  writeVarintField(output, tag, value < 0 ? -2 * value - 1 : 2 * value);
}

/** @param value a whole number; a negative one is written as an sfixed64 */
export function writeFixed64(output: GrowingBytes, value: number): void {
  output.reserve(8);
  output.view.setUint32(output.at, value, true);
  output.view.setUint32(output.at + 4, Math.floor(value / TWO_32), true);
  output.at += 8;
}

/** A whole field. */
export function writeFixed64Field(output: GrowingBytes, tag: Tag, value: number): void {
  writeTag(output, tag);
  writeFixed64(output, value);
}

export function writeDouble(output: GrowingBytes, value: number): void {
  output.reserve(8);
  output.view.setFloat64(output.at, value, true);
  output.at += 8;
}

/** A whole field. */
export function writeDoubleField(output: GrowingBytes, tag: Tag, value: number): void {
  writeTag(output, tag);
  writeDouble(output, value);
}

/** A whole field. */
export function writeTextField(output: GrowingBytes, tag: Tag, text: string): void {
  const start = openMessage(output, tag, text.length);
  output.text(text);
  closeMessage(output, start, text.length);
}

/** A whole field. */
export function writeBytesField(output: GrowingBytes, tag: Tag, bytes: Uint8Array): void {
  writeVarintField(output, tag, bytes.length);
  output.reserve(bytes.length);
  output.bytes.set(bytes, output.at);
  output.at += bytes.length;
}

/**
 * Begins a message, or whatever else has its length before it: that is known after the content.
 *
 * @param expected how long it will likely be: if its length takes as many bytes as that, nothing has to be moved at the end
 * @returns where the content begins, for {@link closeMessage}
 */
export function openMessage(output: GrowingBytes, tag: Tag, expected = 0): number {
  output.reserve(1 + MOST_LENGTH_BYTES);
  output.bytes[output.at] = tag;
  output.at += 1 + lengthSize(expected);
  return output.at;
}

/**
 * @param expected as {@link openMessage} was given it
 * @returns how long the content is
 */
export function closeMessage(output: GrowingBytes, start: number, expected = 0): number {
  const length = output.at - start;
  const room = lengthSize(expected);
  const moved = lengthSize(length) - room;
  if (moved !== 0) {
    output.reserve(MOST_LENGTH_BYTES);
    output.bytes.copyWithin(start + moved, start, output.at);
  }
  putLength(output.bytes, start - room, length);
  output.at += moved;
  return length;
}

/** What the length of a message takes at most. */
export const MOST_LENGTH_BYTES = 5;

function writeTag(output: GrowingBytes, tag: Tag): void {
  output.reserve(1);
  output.bytes[output.at] = tag;
  output.at += 1;
}

function putLength(bytes: Uint8Array, start: number, length: number): void {
  let at = start;
  let rest = length;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at] = rest;
}

function lengthSize(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : length < 0x1000_0000 ? 4 : 5;
}
