import type { Output } from './output.ts';

/**
 * Appends a number as Prometheus reads it: the shortest text that is this number and no other, which for finite ones is
 * JavaScript's own (and `-0` for negative zero, where JavaScript loses the sign); `NaN`, `+Inf` and `-Inf`. Reserve
 * {@link NUMBER_BYTES} before.
 *
 * Integers below 10^21 have all their digits, and from there on an exponent, as in JavaScript. Prometheus' own library for Go
 * writes one from a million on (`1e+06`): every reader takes it.
 */
export function writeNumber(output: Output, value: number): void {
  const integer = value | 0;
  if (integer !== value || integer < 0) {
    writeUnusual(output, value);
    return;
  }
  const { bytes, at } = output;
  if (integer < 100) {
    if (integer >= 10) {
      bytes[at] = PAIRS[2 * integer] as number;
      bytes[at + 1] = PAIRS[2 * integer + 1] as number;
      output.at = at + 2;
    } else if (integer === 0 && 1 / value < 0) {
      writeText(output, '-0');
    } else {
      bytes[at] = ZERO + integer;
      output.at = at + 1;
    }
    return;
  }
  const end = at + digitsOf(integer);
  writeDigits(bytes, end, integer);
  output.at = end;
}

/** As many bytes as a number takes at most, and a few more. */
export const NUMBER_BYTES = 32;

/** What is not an integer below 2^31. */
function writeUnusual(output: Output, value: number): void {
  if (value < 0 && value !== -Infinity) {
    output.bytes[output.at] = MINUS;
    output.at += 1;
    writeNumber(output, -value);
  } else if (value <= Number.MAX_SAFE_INTEGER && Number.isInteger(value)) {
    writeLarge(output, value);
  } else if (!writeDecimal(output, value)) {
    writeText(output, nonFinite(value) ?? String(value));
  }
}

/** An integer of ten digits or more, in two halves. */
function writeLarge(output: Output, value: number): void {
  const high = Math.floor(value / HALF);
  writeNumber(output, high);
  writePadded(output, value - high * HALF, HALF_DIGITS);
}

/**
 * Appends a number that has few digits after the point, as most have that are measured or chosen, without making a string
 * of it.
 *
 * @returns whether it did
 */
function writeDecimal(output: Output, value: number): boolean {
  if (!(value > LEAST_DECIMAL && value < MOST_DECIMAL)) return false;
  const scaled = Math.round(value * DECIMALS);
  // No two numbers of 15 digits or fewer are one and the same double: if it is this one, there is no shorter text for it.
  if (scaled / DECIMALS !== value) return false;
  const whole = Math.floor(value);
  let fraction = (scaled - whole * DECIMALS) | 0;
  let digits = DECIMAL_DIGITS;
  for (; fraction % 10 === 0; fraction = (fraction / 10) | 0) digits -= 1;
  writeNumber(output, whole);
  output.bytes[output.at] = POINT;
  output.at += 1;
  writePadded(output, fraction, digits);
  return true;
}

/** How Prometheus spells what is not finite; `undefined` for what is. */
function nonFinite(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? '+Inf' : '-Inf';
}

function writePadded(output: Output, value: number, digits: number): void {
  const { bytes, at } = output;
  let rest = value | 0;
  for (let index = at + digits - 1; index >= at; index -= 1) {
    const quotient = (rest / 10) | 0;
    bytes[index] = ZERO + rest - quotient * 10;
    rest = quotient;
  }
  output.at = at + digits;
}

/** Writes the digits of an integer from 0 to 2^31 - 1 so that they end before `end`. */
function writeDigits(bytes: Uint8Array, end: number, value: number): void {
  let rest = value | 0;
  let at = end;
  while (rest >= 100) {
    const quotient = (rest / 100) | 0;
    const pair = (rest - quotient * 100) << 1;
    at -= 2;
    bytes[at] = PAIRS[pair] as number;
    bytes[at + 1] = PAIRS[pair + 1] as number;
    rest = quotient;
  }
  if (rest >= 10) {
    bytes[at - 2] = PAIRS[2 * rest] as number;
    bytes[at - 1] = PAIRS[2 * rest + 1] as number;
  } else {
    bytes[at - 1] = ZERO + rest;
  }
}

function digitsOf(integer: number): number {
  if (integer < 1e5) return integer < 1e3 ? 3 : integer < 1e4 ? 4 : 5;
  if (integer < 1e8) return integer < 1e6 ? 6 : integer < 1e7 ? 7 : 8;
  return integer < 1e9 ? 9 : 10;
}

function writeText(output: Output, text: string): void {
  const { bytes, at } = output;
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
  output.at = at + text.length;
}

const ZERO = 0x30;
const MINUS = 0x2d;
const POINT = 0x2e;

/** Both digits of 0 to 99: two at a time is half as many divisions. */
const PAIRS = Uint8Array.from({ length: 200 }, (_, index) => {
  const number = index >> 1;
  return ZERO + (index % 2 === 0 ? Math.floor(number / 10) : number % 10);
});

const HALF_DIGITS = 8;
const HALF = 10 ** HALF_DIGITS;

const DECIMAL_DIGITS = 6;
const DECIMALS = 10 ** DECIMAL_DIGITS;
/** With six digits after the point these have no more than 15. */
const MOST_DECIMAL = 1e9;
/** Below it JavaScript has an exponent. */
const LEAST_DECIMAL = 1e-6;
