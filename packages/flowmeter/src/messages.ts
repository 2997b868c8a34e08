import { inspect } from 'node:util';
import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
import { isRegistered } from './api-registration.ts';
import type { LogLevel } from './configuration/configuration.ts';

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

/** The reason in an error's words, in one line; what `connect` fails with on several addresses has none of its own. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const inner = error instanceof AggregateError ? error.errors.map(reasonOf).join('; ') : '';
  const code =
    'code' in error && ['string', 'number'].includes(typeof error.code) ? `${error.code as string | number}` : '';
  const text = error.message || inner || code || error.name;
  // OTLP errors carry the HTTP status as their code and only its name as their message.
  return oneLine(/^\d{3}$/.test(code) ? `HTTP ${code} ${text}` : text);
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
  const text = parts.map(wordedPart).join(' ');
  return text.startsWith('flowmeter: ') ? text : `opentelemetry: ${text}`;
}

function wordedPart(part: unknown): string {
  if (part instanceof Error) return reasonOf(part);
  return oneLine(typeof part === 'string' ? part : inspect(part, { breakLength: Infinity }));
}

/** Without the stack that some parts put into their messages. */
function oneLine(text: string): string {
  return text.replace(/\n\s*at [^\n]*/g, '').replace(/\s*\n\s*/g, ' ');
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
