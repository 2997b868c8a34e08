import type { GrowingBytes } from '../growing-bytes.ts';
import { isInt64 } from '../number-kind.ts';
import { ANY_VALUE, KEY_VALUE, LIST } from './schema.ts';
import {
  closeMessage,
  openMessage,
  writeBytesField,
  writeDoubleField,
  writeTextField,
  writeVarintField,
  type Tag,
} from './wire.ts';

/** The attributes, or the entries of a map in one: a field for each. */
export function writeAttributes(output: GrowingBytes, tag: Tag, attributes: object): void {
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    const start = openMessage(output, tag);
    writeTextField(output, KEY_VALUE.key, key);
    writeAnyValue(output, KEY_VALUE.value, (attributes as Readonly<Record<string, unknown>>)[key]);
    closeMessage(output, start);
  }
}

/** An AnyValue; what OTLP has no form for is an empty one. */
function writeAnyValue(output: GrowingBytes, tag: Tag, value: unknown): void {
  const start = openMessage(output, tag);
  switch (typeof value) {
    case 'string':
      writeTextField(output, ANY_VALUE.stringValue, value);
      break;
    case 'boolean':
      writeVarintField(output, ANY_VALUE.boolValue, value ? 1 : 0);
      break;
    case 'number':
      if (isInt64(value)) writeVarintField(output, ANY_VALUE.intValue, value);
      else writeDoubleField(output, ANY_VALUE.doubleValue, value);
      break;
    case 'object':
      if (value !== null) writeObject(output, value);
      break;
    default:
  }
  closeMessage(output, start);
}

function writeObject(output: GrowingBytes, value: object): void {
  if (value instanceof Uint8Array) {
    writeBytesField(output, ANY_VALUE.bytesValue, value);
    return;
  }
  const start = openMessage(output, Array.isArray(value) ? ANY_VALUE.arrayValue : ANY_VALUE.kvlistValue);
  if (Array.isArray(value)) for (const each of value) writeAnyValue(output, LIST.values, each);
  else writeAttributes(output, LIST.values, value);
  closeMessage(output, start);
}
