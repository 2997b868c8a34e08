import { diag } from '@opentelemetry/api';
import { givenLog } from './process-state.ts';

/** How severe a record is, as OpenTelemetry's log severities of these names. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What happened, for people and for machines. */
export interface LogRecord {
  readonly level: LogLevel;
  /** What it is about, as levels are chosen by it: `deltaforge`, or a part of it, `deltaforge::pipelines`. */
  readonly target: string;
  /** One line that says it all to whoever reads nothing else. */
  readonly message: string;
  /** The same and more, by key: OpenTelemetry's attribute names where there are such. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** Takes records, to write and to export them. */
export type Log = (record: LogRecord) => void;

/**
 * Logs a record of what happened in the application: where flowmeter has been started through its structured log, otherwise
 * through OpenTelemetry's `diag`. Never throws.
 */
export function log(record: LogRecord): void {
  try {
    const take = givenLog();
    if (take === undefined) diag[record.level](`flowmeter: ${record.message}`, ...fieldsOf(record));
    else take(record);
  } catch {
    // The application's logger has failed; what was told of must not.
  }
}

function fieldsOf({ fields }: LogRecord): readonly unknown[] {
  return fields === undefined ? [] : [fields];
}
