import type { HrTime } from '@opentelemetry/api';
import { isKnownTime } from '../known-time.ts';

/*
 * Values as protobuf's JSON has them (protobuf.dev, "ProtoJSON Format"; specification, OTLP, "JSON Protobuf Encoding").
 */

/** A string. A surrogate without its other half becomes U+FFFD, as it does in protobuf. */
export function jsonText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text.toWellFormed());
}

/** A double. Those that JSON has no number for are text: `"NaN"`, `"Infinity"`, `"-Infinity"`. */
export function jsonDouble(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? `${value}` : `"${value}"`;
}

/** An integer of 64 bits, which is text, so that readers whose numbers are doubles lose none of its digits. */
export function jsonInt64(value: number): string {
  // In words, a number has no more digits than it takes to tell it from others.
  return Number.isSafeInteger(value) ? `"${value}"` : `"${BigInt(value)}"`;
}

/** A time in nanoseconds since 1970. */
export function jsonUnixNano(time: HrTime): string {
  if (!isKnownTime(time)) return '"0"';
  const [seconds, nanoseconds] = time;
  // Nearly always the digits of one stand behind those of the other.
  if (seconds > 0 && nanoseconds < 1e9 && Number.isInteger(nanoseconds))
    return `"${seconds}${`${1e9 + nanoseconds}`.slice(1)}"`;
  return `"${BigInt(seconds) * NANOSECONDS + BigInt(Math.trunc(nanoseconds))}"`;
}

/** A list of values, each as `write` has it. */
export function jsonList<Value>(values: readonly Value[], write: (value: Value) => string): string {
  let list = '';
  for (const value of values) list += list === '' ? write(value) : `,${write(value)}`;
  return `[${list}]`;
}

/** Most text: nothing in it has to be escaped. */
const PLAIN = /^[ !#-[\]-~]*$/;

const NANOSECONDS = 1_000_000_000n;
