/** The package of the OpenTelemetry API. */
export const API = '@opentelemetry/api';

/**
 * Whether the OpenTelemetry API has a provider of the kind already. Only its global object tells: the API itself would
 * log an error, with a stack, for the attempt to register a second one.
 */
export function isRegistered(kind: 'diag' | 'metrics'): boolean {
  const api = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')];
  return typeof api === 'object' && api !== null && (api as Record<string, unknown>)[kind] !== undefined;
}
