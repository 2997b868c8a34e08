import { diag } from '@opentelemetry/api';

/** Warns, whatever the application's logger does. */
export function warn(message: string): void {
  tell('warn', message);
}

/** Tells an error, whatever the application's logger does. */
export function tellError(message: string): void {
  tell('error', message);
}

function tell(severity: 'warn' | 'error', message: string): void {
  try {
    diag[severity](`flowmeter: ${message}`);
  } catch {
    // The application's logger has failed; what was told of must not.
  }
}
