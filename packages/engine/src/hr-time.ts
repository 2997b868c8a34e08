import type { HrTime } from '@opentelemetry/api';

/** Epoch milliseconds as sdk-metrics has them in data points. Core's function is the same, and loads all of core. */
export function millisToHrTime(epochMs: number): HrTime {
  return [Math.trunc(epochMs / 1e3), Math.round((epochMs % 1e3) * 1e6)];
}

/** Such a time in milliseconds. */
export function hrTimeToMilliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}
