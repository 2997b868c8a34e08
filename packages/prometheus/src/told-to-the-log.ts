import { diag } from '@opentelemetry/api';
import { oneLine } from './one-line.ts';

/**
 * Tells the application's log, through OpenTelemetry's diagnostics, in one line. Never throws: it is called where nobody would
 * catch what the application's logger throws.
 */
export function tell(severity: 'warn' | 'error', message: string): void {
  try {
    diag[severity](`flowmeter: ${oneLine(message)}`);
  } catch {
    // The line is lost; what it was about goes on.
  }
}

/** Warns of the endpoint. Never throws. */
export function warn(message: string): void {
  tell('warn', `Prometheus endpoint: ${message}`);
}
