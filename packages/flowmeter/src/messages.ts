import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { isRegistered } from './api-registration.ts';
import type { LogLevel } from './configuration/configuration.ts';
import { partInWords } from './reason-of.ts';

const DIAG_LEVELS: Readonly<Record<LogLevel, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

/** What this package says, a line each on stderr: standard output belongs to the application. */
export interface Messages {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** How much of what OpenTelemetry's parts say is passed on: the newest start decides, whichever installed the logger. */
let diagLevel = DiagLogLevel.WARN;

/** What they have said already: a collector's odd answer would come back with each push. */
const said = new Set<string>();

/** How many distinct lines are remembered before remembering begins anew. */
const SAID_LIMIT = 200;

/**
 * The package's own messages, from `level` on (`info` when unset). OpenTelemetry's parts speak through `diag`; where the
 * application has set no logger for that they get one here, from `warn` on when the level is `info`: their `info` is a
 * line for each failed request.
 */
export function createMessages(level: LogLevel | undefined): Messages {
  const threshold = DIAG_LEVELS[level ?? 'info'];
  diagLevel = threshold === DiagLogLevel.INFO ? DiagLogLevel.WARN : threshold;
  if (!isRegistered('diag')) diag.setLogger(stderrLogger, DiagLogLevel.ALL);
  const sayFrom = (severity: DiagLogLevel, message: string): void => {
    if (threshold >= severity) say(`flowmeter: ${message}`);
  };
  return {
    info: (message) => sayFrom(DiagLogLevel.INFO, message),
    warn: (message) => sayFrom(DiagLogLevel.WARN, message),
    error: (message) => sayFrom(DiagLogLevel.ERROR, message),
  };
}

/** Warns through `diag`, where the application's own logger hears it. Never throws, whatever that does. */
export function warnThroughDiag(message: string): void {
  try {
    diag.warn(`flowmeter: ${partInWords(message)}`);
  } catch {
    // The line is lost; what it was about goes on.
  }
}

const stderrLogger: DiagLogger = {
  error: (...parts) => pass(DiagLogLevel.ERROR, parts),
  warn: (...parts) => pass(DiagLogLevel.WARN, parts),
  info: (...parts) => pass(DiagLogLevel.INFO, parts),
  debug: (...parts) => pass(DiagLogLevel.DEBUG, parts),
  verbose: (...parts) => pass(DiagLogLevel.VERBOSE, parts),
};

function pass(level: DiagLogLevel, parts: readonly unknown[]): void {
  if (diagLevel < level) return;
  const line = worded(parts);
  if (level <= DiagLogLevel.WARN) {
    if (said.has(line)) return;
    if (said.size === SAID_LIMIT) said.clear();
    said.add(line);
  }
  say(line);
}

function worded(parts: readonly unknown[]): string {
  const text = parts.map(partInWords).join(' ');
  return text.startsWith('flowmeter: ') ? text : `opentelemetry: ${text}`;
}

/**
 * Writes a line to stderr. Nobody may be reading there any more, which must not end the application: that is told by
 * an event, after the write.
 */
export function say(line: string): void {
  try {
    const { stderr } = process;
    stderr.off('error', ignore).once('error', ignore);
    stderr.write(`${line}\n`, (error) => {
      if (!error) stderr.off('error', ignore);
    });
  } catch {
    // The application has put something in its place that fails.
  }
}

function ignore(): void {}
