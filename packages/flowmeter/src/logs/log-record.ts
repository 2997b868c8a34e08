import type { LogRecord } from '@flowmeter/instruments';
import { registeredLoggerProvider } from '../api-registration.ts';
import { toJson, withoutReserved, type LogLine } from './log-line.ts';
import { isLogged, logFormat } from './log-settings.ts';
import { emit } from './logs-bridge.ts';
import { toText } from './text-line.ts';
import { traceContext } from './trace-context.ts';
import { writeToStderr } from './write-to-stderr.ts';

/** A record of a library: as `LogRecord`, with the levels and the fields that only this package has. */
export type OwnRecord = Omit<LogRecord, 'level' | 'fields'> & {
  readonly level: LogRecord['level'] | 'trace';
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
};

/** The numbers of pino's levels. */
const NUMBERS: Readonly<Record<OwnRecord['level'], number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50 };

/**
 * Logs a record of a library, as pino logs those of the application and without it: every process that starts has a line to write, and
 * would wait for pino to be loaded, a tenth of what it waits for in all. Never throws.
 */
export function logRecord({ level, target, message, fields = {} }: OwnRecord): void {
  try {
    if (!isLogged(target, level)) return;
    const all = { ...traceContext(), ...withoutReserved({ ...fields }) };
    const line: LogLine = { timeMs: Date.now(), message, fields: all };
    writeToStderr(logFormat() === 'text' ? toText(target, line, true) : toJson(target, level, line));
    if (registeredLoggerProvider() !== undefined) emit(target, NUMBERS[level], level, line);
  } catch {
    // A field that cannot be written: the line can.
    writeToStderr(`${target}: ${message}\n`);
  }
}
