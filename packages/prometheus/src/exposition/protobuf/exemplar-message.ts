import type { Exemplar } from '@flowmeter/engine';
import { exemplarLabels } from '../../labels/exemplar-labels.ts';
import type { Naming } from '../../names/naming.ts';
import type { Output } from '../output.ts';
import { encodeLabelPairs } from './label-pairs.ts';
import { EXEMPLAR } from './schema.ts';
import { TIMESTAMP_BYTES, writeTimestamp } from './timestamp.ts';
import { closeMessage, openMessage, writeDoubleField, type Tag } from './wire.ts';

/** An exemplar whose labels are encoded, so that it is known how long it will be. */
export interface ExemplarMessage {
  readonly exemplar: Exemplar;
  readonly labels: Uint8Array;
}

export function toExemplarMessage(exemplar: Exemplar, naming: Naming): ExemplarMessage {
  return { exemplar, labels: encodeLabelPairs(exemplarLabels(exemplar, naming)) };
}

/** As many bytes as the field with it takes at most. */
export function exemplarBytes({ labels }: ExemplarMessage): number {
  return 2 + 5 + labels.length + 9 + TIMESTAMP_BYTES;
}

/** A whole field. */
export function writeExemplar(output: Output, tag: Tag, { exemplar, labels }: ExemplarMessage): void {
  const start = openMessage(output, tag, labels.length);
  output.append(labels);
  writeDoubleField(output, EXEMPLAR.value, exemplar.value);
  writeTimestamp(output, EXEMPLAR.timestamp, ...exemplar.timestamp);
  closeMessage(output, start, labels.length);
}
