import {
  context,
  isSpanContextValid,
  trace,
  type Attributes,
  type Context,
  type Logger,
  type LoggerProvider,
} from '@opentelemetry/api';
import { registeredLoggerProvider } from '../api-registration.ts';
import { loadCore } from '../open-telemetry-on-demand.ts';
import { OPENTELEMETRY } from './log-settings.ts';
import type { LogLine } from './log-line.ts';

/** The severities of pino's levels, from 10 in steps of 10 (specification, Logs Data Model, "Mapping of SeverityNumber"). */
const SEVERITIES = [1, 5, 9, 13, 17, 21] as const;
const WARN = 13;

let loggers = new Map<string, Logger>();
let provider: LoggerProvider | undefined;
let isEmitting = false;

/**
 * Emits a record through OpenTelemetry's logs API, where a provider is registered: the target is its scope, the message its body,
 * the fields its attributes.
 *
 * What would come back is not emitted: what the SDK says while it takes a record, and of what OpenTelemetry's parts say all in an
 * export (where the context tells) and all below a warning, which they say with each export. Warnings are told once each.
 *
 * @param level pino's number
 * @param word the level in words
 */
export function emit(target: string, level: number, word: string, { timeMs, message, fields }: LogLine): void {
  const severityNumber = SEVERITIES[Math.min(Math.max(Math.floor(level / 10), 1), SEVERITIES.length) - 1] ?? 0;
  const active = context.active();
  if (isEmitting || (target === OPENTELEMETRY && (severityNumber < WARN || loadCore().isTracingSuppressed(active))))
    return;
  isEmitting = true;
  try {
    loggerOf(target)?.emit({
      timestamp: timeMs,
      severityNumber,
      severityText: word,
      body: message,
      attributes: attributesOf(fields, active),
      context: active,
    });
  } catch {
    // It stands on stderr.
  } finally {
    isEmitting = false;
  }
}

function loggerOf(target: string): Logger | undefined {
  const found = registeredLoggerProvider();
  if (found !== provider) [provider, loggers] = [found, new Map()];
  let logger = loggers.get(target);
  if (logger === undefined && found !== undefined) loggers.set(target, (logger = found.getLogger(target)));
  return logger;
}

/** What a record has in places of its own. */
const TRACE_CONTEXT = new Set(['trace_id', 'span_id', 'trace_flags']);

/** An error has its attributes by the semantic conventions for exceptions; the active span is in the record's context. */
function attributesOf({ err, ...fields }: LogLine['fields'], active: Context): Attributes {
  const span = trace.getSpanContext(active);
  const isTraced = span !== undefined && isSpanContextValid(span);
  const others = Object.entries(fields).filter(([key]) => !isTraced || !TRACE_CONTEXT.has(key));
  return { ...Object.fromEntries(others), ...exceptionOf(err) };
}

function exceptionOf(error: unknown): Record<string, unknown> {
  if (typeof error !== 'object' || error === null) return error === undefined ? {} : { err: error };
  const { type, message, stack, ...others } = error as Record<string, unknown>;
  return {
    ...(type !== undefined && { 'exception.type': type }),
    ...(message !== undefined && { 'exception.message': message }),
    ...(stack !== undefined && { 'exception.stacktrace': stack }),
    ...(Object.keys(others).length > 0 && { err: others }),
  };
}
