import { diag, DiagLogLevel } from '@opentelemetry/api';

/** What is reported through `diag` from now on, one line a report, until {@link stopReports}. */
export function captureReports(): readonly string[] {
  const reports: string[] = [];
  const keep = (...message: unknown[]): void => void reports.push(message.join(' '));
  const ignore = (): void => {};
  diag.disable();
  diag.setLogger({ error: keep, warn: keep, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  return reports;
}

export function stopReports(): void {
  diag.disable();
}
