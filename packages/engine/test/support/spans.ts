import { context, ROOT_CONTEXT, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/** A span of the trace `0…01`, and a context in which it is active. */
export interface TestSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly context: Context;
}

/** A sampled span with this number, or one that is not sampled. */
export function spanOf(number: number, isSampled = true): TestSpan {
  const traceId = '1'.padStart(32, '0');
  const spanId = String(number).padStart(16, '0');
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId, context: trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags }) };
}

/** Registers a context manager until {@link stopContexts}. */
export function startContexts(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}

export function stopContexts(): void {
  context.disable();
}

/** Runs a function while a span is active. */
export function within(span: TestSpan, run: () => void): void {
  context.with(span.context, run);
}
