import { isSpanContextValid, trace } from '@opentelemetry/api';

/** The ids of the active span under the names of the specification ("Trace Context in non-OTLP Log Formats"). */
export function traceContext(): Record<string, string> {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !isSpanContextValid(span)) return {};
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  return { trace_id: span.traceId, span_id: span.spanId, trace_flags: flags };
}
