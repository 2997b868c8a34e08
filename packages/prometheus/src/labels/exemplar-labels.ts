import type { Exemplar } from '@flowmeter/engine';
import type { Naming } from '../names/naming.ts';
import { attributeText } from './attribute-value.ts';
import type { Label } from './label.ts';
import { toLabels } from './to-labels.ts';

const NONE: ReadonlySet<string> = new Set();

/** The most that names and values may have together (OpenMetrics 1.0, "Exemplars"): Prometheus stores no exemplars with more. */
const MOST_CHARACTERS = 128;

/**
 * The labels of an exemplar (specification, compatibility, "Exemplar Conversion"): `trace_id` and `span_id`, which are called so
 * whatever the escaping, and then the filtered attributes in the order of their keys, except those of the same names.
 *
 * All together, names and values have 128 Unicode code points at most: what does not fit is left out, and whatever comes after
 * it and fits is not.
 */
export function exemplarLabels(exemplar: Exemplar, naming: Naming): Label[] {
  const ids: Label[] = [];
  const { traceId, spanId } = exemplar;
  if (traceId !== undefined && traceId !== '') ids.push(['trace_id', attributeText(traceId)]);
  if (spanId !== undefined && spanId !== '') ids.push(['span_id', attributeText(spanId)]);
  const others = toLabels(exemplar.filteredAttributes, naming, [], NONE);
  return fitting([...ids, ...others.filter(([name]) => !ids.some(([id]) => id === name))]);
}

function fitting(labels: readonly Label[]): Label[] {
  let left = MOST_CHARACTERS;
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
