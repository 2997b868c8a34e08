import type { Exemplar } from '@flowmeter/engine';
import type { Naming } from '../names/naming.ts';
import { attributeText } from './attribute-value.ts';
import type { Label } from './label.ts';
import { toLabels } from './to-labels.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * The labels of an exemplar (specification, compatibility, "Exemplar Conversion"): `trace_id` and `span_id`, which are called so
 * whatever the escaping, and then the filtered attributes in the order of their keys, except those of the same names.
 *
 * @param mostCharacters how many Unicode code points the names and values have at most, all together: what does not fit is left
 * out, and whatever comes after it and fits is not; without it there is no limit
 */
export function exemplarLabels(exemplar: Exemplar, naming: Naming, mostCharacters: number | undefined): Label[] {
  const ids: Label[] = [];
  const { traceId, spanId } = exemplar;
  if (traceId !== undefined && traceId !== '') ids.push(['trace_id', attributeText(traceId)]);
  if (spanId !== undefined && spanId !== '') ids.push(['span_id', attributeText(spanId)]);
  const others = toLabels(exemplar.filteredAttributes, naming, [], NONE);
  const labels = [...ids, ...others.filter(([name]) => !ids.some(([id]) => id === name))];
  return mostCharacters === undefined ? labels : fitting(labels, mostCharacters);
}

function fitting(labels: readonly Label[], mostCharacters: number): Label[] {
  let left = mostCharacters;
  return labels.filter(([name, value]) => {
    const characters = charactersIn(name) + charactersIn(value);
    if (characters > left) return false;
    left -= characters;
    return true;
  });
}

function charactersIn(text: string): number {
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}
