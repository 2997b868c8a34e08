import type { Exemplar } from '@flowmeter/engine';
import type { GrowingBytes } from '../growing-bytes.ts';
import { isInt64 } from '../number-kind.ts';
import { writeAttributes } from './attributes.ts';
import { EXEMPLAR } from './schema.ts';
import { writeUnixNanoField } from './unix-nano.ts';
import { closeMessage, openMessage, writeBytesField, writeDoubleField, writeFixed64Field, type Tag } from './wire.ts';

/** The exemplars of a data point: a field for each. */
export function writeExemplars(
  output: GrowingBytes,
  tag: Tag,
  exemplars: readonly Exemplar[],
  ofIntegers: boolean,
): void {
  for (const { filteredAttributes, value, timestamp, traceId, spanId } of exemplars) {
    const start = openMessage(output, tag);
    writeUnixNanoField(output, EXEMPLAR.timeUnixNano, timestamp);
    if (ofIntegers && isInt64(value)) writeFixed64Field(output, EXEMPLAR.asInt, value);
    else writeDoubleField(output, EXEMPLAR.asDouble, value);
    if (spanId !== undefined) writeBytesField(output, EXEMPLAR.spanId, Buffer.from(spanId, 'hex'));
    if (traceId !== undefined) writeBytesField(output, EXEMPLAR.traceId, Buffer.from(traceId, 'hex'));
    writeAttributes(output, EXEMPLAR.filteredAttributes, filteredAttributes);
    closeMessage(output, start);
  }
}
