import type { LogRecord } from '@flowmeter/instruments';
import { isLogged } from './log-settings.ts';
import { ownLogger } from './target-loggers.ts';
import { writeToStderr } from './write-to-stderr.ts';

/** A record of a library: as `LogRecord`, with the levels and the fields that only this package has. */
export type OwnRecord = Omit<LogRecord, 'level' | 'fields'> & {
  readonly level: LogRecord['level'] | 'trace';
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
};

/** Logs a record of a library. Never throws. */
export function logRecord({ level, target, message, fields = {} }: OwnRecord): void {
  try {
    if (isLogged(target, level)) ownLogger(target)[level]({ ...fields }, message);
  } catch {
    // pino is not to be had: the line is.
    writeToStderr(`${target}: ${message}\n`);
  }
}
