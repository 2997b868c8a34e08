import type { Label } from '../../labels/label.ts';
import { LABEL_PAIR, METRIC } from './schema.ts';
import { putVarint, varintSize } from './wire.ts';

/** Labels as the fields of a metric, or of an exemplar, where they have the same number. */
export function encodeLabelPairs(labels: readonly Label[]): Uint8Array {
  let size = 0;
  for (const label of labels) {
    const content = contentSize(label);
    size += 1 + varintSize(content) + content;
  }
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const label of labels) {
    const [name, value] = label;
    bytes[at] = METRIC.label;
    at = putVarint(bytes, at + 1, contentSize(label));
    at = putText(bytes, at, LABEL_PAIR.name, name);
    at = putText(bytes, at, LABEL_PAIR.value, value);
  }
  return bytes;
}

function contentSize([name, value]: Label): number {
  return textSize(name) + textSize(value);
}

function textSize(text: string): number {
  const length = Buffer.byteLength(text);
  return 1 + varintSize(length) + length;
}

function putText(bytes: Buffer, start: number, tag: number, text: string): number {
  bytes[start] = tag;
  const at = putVarint(bytes, start + 1, Buffer.byteLength(text));
  return at + bytes.write(text, at);
}
