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
  error(message: string): void;
}

/**
 * The package's own messages, from `level` on (`info` when unset). OpenTelemetry's parts speak through `diag`; where the
 * application has set no logger for that they get one here, from `warn` on when the level is `info`: their `info` is a
 * line for each failed request.
 */
export function createMessages(level: LogLevel | undefined): Messages {
  const threshold = DIAG_LEVELS[level ?? 'info'];
  if (!isRegistered('diag'))
    diag.setLogger(stderrLogger, threshold === DiagLogLevel.INFO ? DiagLogLevel.WARN : threshold);
  return {
    info: (message) => threshold >= DiagLogLevel.INFO && say(`flowmeter: ${message}`),
    error: (message) => threshold >= DiagLogLevel.ERROR && say(`flowmeter: ${message}`),
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
  error: (...parts) => say(worded(parts)),
  warn: (...parts) => say(worded(parts)),
  info: (...parts) => say(worded(parts)),
  debug: (...parts) => say(worded(parts)),
  verbose: (...parts) => say(worded(parts)),
};

function worded(parts: readonly unknown[]): string {
  const text = parts.map((part) => (part instanceof Error ? reasonOf(part) : oneLine(String(part)))).join(' ');
  return text.startsWith('flowmeter: ') ? text : `opentelemetry: ${text}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

/** Writes a line to stderr. Nobody may be reading there any more, which must not end the application: that is told by an event, after the write. */
export function say(line: string): void {
  const { stderr } = process;
  stderr.off('error', ignore).once('error', ignore);
  stderr.write(`${line}\n`, (error) => {
    if (!error) stderr.off('error', ignore);
  });
}

function ignore(): void {}
