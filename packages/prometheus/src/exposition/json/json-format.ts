import type { Label } from '../../labels/label.ts';
import type { ExpositionFormat } from '../series-writer.ts';
import { JsonWriter } from './json-writer.ts';

/** The body as JSON, for people and scripts. */
export const jsonFormat: ExpositionFormat = {
  encodeLabels: (labels) => encoder.encode(`{${labels.map(toMember).join(',')}}`),
  // The bounds of buckets have a place of their own.
  reservedLabels: new Set(),
  createWriter: (output) => new JsonWriter(output),
};

/** As text, not as an object, in which a label of the name `__proto__` would be lost. */
function toMember([name, value]: Label): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

const encoder = new TextEncoder();
