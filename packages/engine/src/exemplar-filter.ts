import {
  context as contextApi,
  isSpanContextValid,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';

import { describeSetting } from './described.ts';
import { warn } from './warnings.ts';

/** Which measurements may become exemplars (specification, SDK, "ExemplarFilter"). */
export type ExemplarFilter = 'trace_based' | 'always_on' | 'always_off';

const FILTERS: readonly ExemplarFilter[] = ['trace_based', 'always_on', 'always_off'];

/** The filter that was asked for, by option or by `OTEL_METRICS_EXEMPLAR_FILTER`. */
export function resolveExemplarFilter(option: ExemplarFilter | null | undefined): ExemplarFilter {
  if (option !== undefined && option !== null) {
    if (FILTERS.includes(option)) return option;
    throw new RangeError(`exemplarFilter is ${describeSetting(option)}; allowed is ${FILTERS.join(', ')}`);
  }
  const variable = process.env['OTEL_METRICS_EXEMPLAR_FILTER']?.trim().toLowerCase() ?? '';
  if (variable === '') return 'trace_based';
  const filter = FILTERS.find((each) => each === variable);
  if (filter !== undefined) return filter;
  warn(
    `OTEL_METRICS_EXEMPLAR_FILTER is ${JSON.stringify(variable)}; allowed is ${FILTERS.join(', ')}; trace_based is used`,
  );
  return 'trace_based';
}

/** Where all copies of the OpenTelemetry API in a process keep what has been registered with them. */
const API = Symbol.for('opentelemetry.js.api.1');

type Registry = typeof globalThis & { [API]?: { readonly context?: unknown } | undefined };

// The API takes a property that is undefined for one that is missing. For V8 it is the difference between a property whose
// value is known, which a compiled function reads for nothing, and one that has to be looked for each time.
if (!(API in globalThis)) (globalThis as Registry)[API] = undefined;

/**
 * Whether a context manager is registered. Without one no span can be active, and that is all that recording has
 * to know: asking the API for the active context costs several times as much as a bound `add`.
 */
export function hasContextManager(): boolean {
  return (globalThis as Registry)[API]?.context !== undefined;
}

/** The span that has been found valid last. */
let lastValid: SpanContext | undefined;

/**
 * The span of a measurement, if there is one and it is sampled.
 *
 * @param evenUnsampled whether one that is not sampled will do
 */
export function sampledSpan(given: Context | undefined, evenUnsampled: boolean): SpanContext | undefined {
  const context = given ?? contextApi.active();
  if (context === ROOT_CONTEXT) return undefined;
  const span = trace.getSpanContext(context);
  if (span === undefined || (!evenUnsampled && (span.traceFlags & TraceFlags.SAMPLED) === 0)) return undefined;
  // Checking the ids takes longer than all the rest, and many measurements are made in one span.
  if (span !== lastValid && !isSpanContextValid(span)) return undefined;
  lastValid = span;
  return span;
}
