import { isInt64 } from '../number-kind.ts';
import { jsonDouble, jsonInt64, jsonList, jsonText } from './values.ts';

/** The attributes, or the entries of a map in one: a list of KeyValue. */
export function jsonAttributes(attributes: object): string {
  let entries = '';
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    const value = jsonAnyValue((attributes as Readonly<Record<string, unknown>>)[key]);
    entries += `${entries === '' ? '' : ','}{"key":${jsonText(key)},"value":${value}}`;
  }
  return `[${entries}]`;
}

/** An AnyValue; what OTLP has no form for is an empty one. */
function jsonAnyValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${jsonText(value)}}`;
    case 'boolean':
      return `{"boolValue":${value}}`;
    case 'number':
      return isInt64(value) ? `{"intValue":${jsonInt64(value)}}` : `{"doubleValue":${jsonDouble(value)}}`;
    case 'object':
      return value === null ? '{}' : jsonObject(value);
    default:
      return '{}';
  }
}

function jsonObject(value: object): string {
  if (value instanceof Uint8Array) return `{"bytesValue":"${Buffer.from(value).toString('base64')}"}`;
  if (Array.isArray(value)) return `{"arrayValue":{"values":${jsonList(value, jsonAnyValue)}}}`;
  return `{"kvlistValue":{"values":${jsonAttributes(value)}}}`;
}
