import { ALLOWED_DIRECTIVE, parseDirectives, type LogDirectives } from '../logs/log-directives.ts';
import { oneOf } from './rules.ts';
import type { Settings } from './settings.ts';

/** The levels of `OTEL_LOG_LEVEL`, from silent to everything. */
const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What is logged, and how. */
export interface LogConfiguration {
  /** `undefined`: our own messages from `info` on, those of OpenTelemetry's parts from `warn` on. */
  readonly logLevel: LogLevel | undefined;
  /** Goes before the level for what it names. */
  readonly logDirectives: LogDirectives;
  /** `undefined`: text on a terminal, otherwise JSON. */
  readonly logFormat: LogFormat | undefined;
}

const DIRECTIVES = 'FLOWMETER_LOG';

/** Reads and checks the settings of the log. */
export function readLogConfiguration(settings: Settings): LogConfiguration {
  return {
    logLevel: settings.read(oneOf(...LOG_LEVELS), 'using info', 'OTEL_LOG_LEVEL'),
    logDirectives: parseDirectives(settings.text(DIRECTIVES) ?? '', (directive) => {
      settings.note(DIRECTIVES, directive, ALLOWED_DIRECTIVE, 'left out');
    }),
    logFormat: settings.read(oneOf(...LOG_FORMATS), 'using text on a terminal, otherwise json', 'FLOWMETER_LOG_FORMAT'),
  };
}
