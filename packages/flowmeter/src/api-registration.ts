/** The package of the OpenTelemetry API. */
export const API = '@opentelemetry/api';

/**
 * The provider of the kind that the OpenTelemetry API has, if any. Only its global object tells: the API itself would give one that
 * does nothing, and log an error, with a stack, for the attempt to register a second one.
 */
export function registered(kind: 'diag' | 'metrics' | 'logs'): unknown {
  const api = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')];
  return typeof api === 'object' && api !== null ? (api as Record<string, unknown>)[kind] : undefined;
}

/** Whether the OpenTelemetry API has a provider of the kind already. */
export function isRegistered(kind: 'diag' | 'metrics'): boolean {
  return registered(kind) !== undefined;
}
