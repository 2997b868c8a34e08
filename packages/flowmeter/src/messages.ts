import { diag, DiagLogLevel } from '@opentelemetry/api';
import { isRegistered } from './api-registration.ts';
import type { LogConfiguration } from './configuration/log-configuration.ts';
import { diagLogger } from './logs/diag-logger.ts';
import { logRecord, type OwnRecord } from './logs/log-record.ts';
import { FLOWMETER } from './logs/log-settings.ts';
import { configureLog } from './logs/target-loggers.ts';
import { partInWords } from './reason-of.ts';

/** Says something, in words for people, with fields for machines. */
type Say = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** What this package says, through its log. */
export interface Messages {
  readonly debug: Say;
  readonly info: Say;
  readonly warn: Say;
  readonly error: Say;
}

/**
 * Configures the log and gives the package's own messages, which go through it. OpenTelemetry's parts speak through `diag`; where the
 * application has set no logger for that, they do as well.
 */
export function createMessages(configuration: LogConfiguration): Messages {
  configureLog(configuration);
  if (!isRegistered('diag')) diag.setLogger(diagLogger, DiagLogLevel.ALL);
  return { debug: sayAt('debug'), info: sayAt('info'), warn: sayAt('warn'), error: sayAt('error') };
}

/** Says that nothing could be started. */
export const sayError = sayAt('error');

/** Warns through `diag`, where the application's own logger hears it. Never throws, whatever that does. */
export function warnThroughDiag(message: string): void {
  try {
    diag.warn(`flowmeter: ${partInWords(message)}`);
  } catch {
    // The line is lost; what it was about goes on.
  }
}

function sayAt(level: OwnRecord['level']): Say {
  return (message, fields) => logRecord({ level, target: FLOWMETER, message, fields });
}
