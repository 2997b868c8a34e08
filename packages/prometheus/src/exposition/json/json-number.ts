import type { Output } from '../output.ts';
import { writeNumber } from '../write-number.ts';

const QUOTE = 0x22;

/** Appends a number: `null` if it is not known, and in quotes if JSON does not have it. Reserve as for `writeNumber`. */
export function writeJsonNumber(output: Output, value: number | undefined): void {
  if (value === undefined) {
    output.bytes.set(NULL, output.at);
    output.at += NULL.length;
  } else if (Number.isFinite(value)) {
    writeNumber(output, value);
  } else {
    output.bytes[output.at] = QUOTE;
    output.at += 1;
    writeNumber(output, value);
    output.bytes[output.at] = QUOTE;
    output.at += 1;
  }
}

const NULL = new TextEncoder().encode('null');
