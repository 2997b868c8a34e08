import type { Resource } from '@opentelemetry/resources';

type Resources = typeof import('@opentelemetry/resources');

/** OpenTelemetry's default resource. Its package is loaded only for who gives no resource, and at once, as a collection may be. */
export function defaultResource(): Resource {
  const { createRequire } = process.getBuiltinModule('node:module');
  return (createRequire(import.meta.url)('@opentelemetry/resources') as Resources).defaultResource();
}
