import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Naming } from '../names/naming.ts';
import { attributeText } from './attribute-value.ts';
import { labelNameOf } from './label-name.ts';
import type { Label } from './label.ts';
import { readAttributes, toLabels } from './to-labels.ts';

const PREFIX = 'otel_scope_';
const NONE: ReadonlySet<string> = new Set();

/**
 * The labels that say which scope a series is from (specification, compatibility, "Instrumentation Scope"): its name, version
 * and schema URL, then its attributes, except those that come to the names of the three, which are dropped whether or not the
 * scope has them. A name, version or schema URL that is missing or empty has no label, since to Prometheus an empty label is
 * none.
 */
export function scopeLabels(
  scope: InstrumentationScope & { readonly attributes?: Attributes },
  naming: Naming,
): Label[] {
  const own = [
    ['name', scope.name],
    ['version', scope.version],
    ['schema_url', scope.schemaUrl],
  ] as const;
  const taken = new Set<string>();
  const labels: Label[] = [];
  for (const [key, given] of own) {
    const name = labelNameOf(PREFIX + key, naming);
    const value = attributeText(given);
    taken.add(name);
    if (value !== '') labels.push([name, value]);
  }
  const others = readAttributes(scope.attributes ?? {})
    .map(([key, value]) => [PREFIX + key, value] as const)
    .filter(([key]) => !taken.has(labelNameOf(key, naming)));
  return toLabels(Object.fromEntries(others), naming, labels, NONE);
}
