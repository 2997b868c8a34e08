import type { HrTime } from '@opentelemetry/api';
import type { GrowingBytes } from '../growing-bytes.ts';
import { isKnownTime } from '../known-time.ts';
import { writeFixed64Field, type Tag } from './wire.ts';

/** A time in nanoseconds since 1970, which have more bits than a number: a whole field. */
export function writeUnixNanoField(output: GrowingBytes, tag: Tag, time: HrTime): void {
  writeFixed64Field(output, tag, 0);
  if (!isKnownTime(time)) return;
  const [seconds, nanoseconds] = time;
  // The seconds in two parts of sixteen bits and more, whose products with 10^9 are exact.
  const low = (seconds % TWO_16) * NANOSECONDS + nanoseconds;
  const high = Math.floor(seconds / TWO_16) * NANOSECONDS;
  const lowest = (high % TWO_16) * TWO_16 + low;
  output.view.setUint32(output.at - 8, lowest % TWO_32, true);
  output.view.setUint32(output.at - 4, Math.floor(high / TWO_16) + Math.floor(lowest / TWO_32), true);
}

const NANOSECONDS = 1e9;
const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;
