import { ProxyTracerProvider, trace, type LoggerProvider, type TracerProvider } from '@opentelemetry/api';

/** The package of the OpenTelemetry API. */
export const API = '@opentelemetry/api';

/**
 * The provider of the kind that the OpenTelemetry API has, if any. Only its global object tells: the API itself would give one that
 * does nothing, and log an error, with a stack, for the attempt to register a second one.
 */
function registered(kind: 'diag' | 'metrics' | 'logs'): unknown {
  const api = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')];
  return typeof api === 'object' && api !== null ? (api as Record<string, unknown>)[kind] : undefined;
}

/** Whether the OpenTelemetry API has a provider of the kind already. */
export function isRegistered(kind: 'diag' | 'metrics'): boolean {
  return registered(kind) !== undefined;
}

/** Where `@opentelemetry/api-logs`, which has the logs API before version 1.10 of the API, keeps its provider. */
const API_LOGS = Symbol.for('io.opentelemetry.js.api.logs');

/** The version of that API which the provider is asked for by. */
const API_LOGS_VERSION = 1;

/** The logger provider that is registered, with whichever of the two packages that have the logs API. */
export function registeredLoggerProvider(): LoggerProvider | undefined {
  const own = registered('logs');
  if (own !== undefined) return own as LoggerProvider;
  const provide = (globalThis as Record<symbol, unknown>)[API_LOGS];
  if (typeof provide !== 'function') return undefined;
  return (provide as (version: number) => LoggerProvider | undefined)(API_LOGS_VERSION);
}

/** The tracer provider that is registered, itself. */
export function registeredTracerProvider(): TracerProvider {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
}
