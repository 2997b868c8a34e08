import { diag } from '@opentelemetry/api';

/** Warns, whatever the application's logger does. */
export function warn(message: string): void {
  try {
    diag.warn(`flowmeter: ${message}`);
  } catch {
    // The application's logger has failed; recording must not.
  }
}
