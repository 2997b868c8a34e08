import type { MeterProviderClass } from '../run-program.ts';

/** Code that comes to one thing with sdk-metrics and to another with the engine. */
export interface Demonstration {
  show(Provider: MeterProviderClass): Promise<unknown>;
  readonly stock: unknown;
  readonly ours: unknown;
}

export const OVERFLOW = { 'otel.metric.overflow': true };

export function doesThrow(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch {
    return true;
  }
}
