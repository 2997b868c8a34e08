import { diag } from '@opentelemetry/api';

/** Warns of what cannot be recorded as it was given, whatever the application's logger does. */
export function warn(message: string): void {
  try {
    diag.warn(`flowmeter: ${message}`);
  } catch {
    // The application's logger has failed; what was warned of must not.
  }
}
