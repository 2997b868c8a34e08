import type { Attributes, MeterProvider } from '@opentelemetry/api';

const counts = new WeakMap<MeterProvider, Map<string, number>>();

/**
 * What tells a component of an SDK from others that record on the same provider: `<type>/<count>`, from 0 on (semantic conventions,
 * `otel.component.name`).
 *
 * @param type one of `otel.component.type`
 */
export function componentOn(provider: MeterProvider, type: string): Attributes {
  let ofProvider = counts.get(provider);
  if (ofProvider === undefined) counts.set(provider, (ofProvider = new Map<string, number>()));
  const count = ofProvider.get(type) ?? 0;
  ofProvider.set(type, count + 1);
  return { 'otel.component.type': type, 'otel.component.name': `${type}/${count}` };
}
