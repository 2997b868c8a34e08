import type { HrTime } from '@opentelemetry/api';

/** The last second whose nanoseconds since 1970 are within 64 bits, in the year 2554. */
const LAST_SECOND = 18_446_744_072;

/** Whether a time has a number of nanoseconds since 1970. In OTLP one that has none is 0, unknown. */
export function isKnownTime([seconds, nanoseconds]: HrTime): boolean {
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= LAST_SECOND && nanoseconds >= 0 && nanoseconds < 2e9;
}
