import { isatty } from 'node:tty';
import {
  readLogConfiguration,
  type LogConfiguration,
  type LogFormat,
  type LogLevel,
} from '../configuration/log-configuration.ts';
import { Settings } from '../configuration/settings.ts';
import { LEVELS, namedLevel, type Level } from './log-directives.ts';

/** The levels of `OTEL_LOG_LEVEL` in the words of the log. */
const LEVEL_OF: Readonly<Record<LogLevel, Level>> = {
  none: 'off',
  error: 'error',
  warn: 'warn',
  info: 'info',
  debug: 'debug',
  verbose: 'trace',
  all: 'trace',
};

/** The target of this package's messages. */
export const FLOWMETER = 'flowmeter';

/** The target of what OpenTelemetry's parts say. */
export const OPENTELEMETRY = 'opentelemetry';

/** Whom `OTEL_LOG_LEVEL` is for: it is about telemetry itself, not about what an application logs. */
const OWN_TARGETS = [FLOWMETER, OPENTELEMETRY, 'deltaforge'];

let settings: LogConfiguration | undefined;
let format: LogFormat | undefined;

/** Has the newest start decide; until there is one, the environment does. */
export function setLogSettings(configuration: LogConfiguration): void {
  settings = configuration;
  format = undefined;
}

/** From which level on records of the target are logged. */
export function levelOfTarget(target: string): Level {
  const { logLevel, logDirectives } = current();
  const named = namedLevel(logDirectives, target);
  if (named !== undefined) return named;
  const isOwn = OWN_TARGETS.some((own) => target === own || target.startsWith(`${own}::`));
  const level = logDirectives.level ?? (isOwn && logLevel !== undefined ? LEVEL_OF[logLevel] : 'info');
  // Their `info` is a line for each failed request.
  return level === 'info' && target === OPENTELEMETRY ? 'warn' : level;
}

/** Whether a record of the target is logged. */
export function isLogged(target: string, level: Level): boolean {
  return LEVELS.indexOf(levelOfTarget(target)) >= LEVELS.indexOf(level);
}

/** How records are written. */
export function logFormat(): LogFormat {
  return (format ??= formatOf(current().logFormat, isatty(2)));
}

/** People read a terminal, machines everything else. */
export function formatOf(given: LogFormat | undefined, isTerminal: boolean): LogFormat {
  return given ?? (isTerminal ? 'text' : 'json');
}

function current(): LogConfiguration {
  // What is wrong in the environment is told by the start.
  return (settings ??= readLogConfiguration(new Settings(process.env)));
}
