import type { Output } from '../output.ts';
import { TIMESTAMP } from './schema.ts';
import { closeMessage, openMessage, writeVarintField, type Tag } from './wire.ts';

/** As many bytes as a field with a timestamp takes at most. */
export const TIMESTAMP_BYTES = 20;

/** A `google.protobuf.Timestamp`, a whole field. What is before 1970 is not written: nothing was measured then. */
export function writeTimestamp(output: Output, tag: Tag, seconds: number, nanos: number): void {
  if (!(seconds >= 0 && seconds <= LATEST_SECONDS)) return;
  const start = openMessage(output, tag);
  writeVarintField(output, TIMESTAMP.seconds, seconds);
  if (nanos > 0) writeVarintField(output, TIMESTAMP.nanos, nanos);
  closeMessage(output, start);
}

/** @param ms epoch milliseconds */
export function writeTimestampMs(output: Output, tag: Tag, ms: number): void {
  const seconds = Math.floor(ms / 1000);
  writeTimestamp(output, tag, seconds, Math.floor((ms - seconds * 1000) * 1e6));
}

/** The end of the year 9999, and of what such a timestamp can say. */
const LATEST_SECONDS = 253_402_300_799;
