import type { TestContext } from 'node:test';
import { diag, DiagLogLevel } from '@opentelemetry/api';

/** What OpenTelemetry's diagnostics get from warning upwards, until the test is over. */
export function takeWarnings(context: TestContext): readonly string[] {
  const warnings: string[] = [];
  const take = (message: string): void => void warnings.push(message);
  const none = (): void => {};
  diag.setLogger({ error: take, warn: take, info: none, debug: none, verbose: none }, { logLevel: DiagLogLevel.WARN });
  context.after(() => diag.disable());
  return warnings;
}
