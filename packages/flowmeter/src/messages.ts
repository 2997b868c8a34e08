import { diag, DiagLogLevel, type DiagLogger } from '@opentelemetry/api';
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
 * application has set no logger for that they get one here, from `warn` on when the level is unset: their `info` is a
 * line for each failed request.
 */
export function createMessages(level: LogLevel | undefined): Messages {
  const threshold = DIAG_LEVELS[level ?? 'info'];
  if (!hasDiagLogger()) diag.setLogger(stderrLogger, DIAG_LEVELS[level ?? 'warn']);
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

function say(line: string): void {
  // Unlike a write to the stream, `console` does not fail when nobody reads stderr any more.
  console.error(line);
}

function hasDiagLogger(): boolean {
  const api = (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')];
  return typeof api === 'object' && api !== null && 'diag' in api && api.diag !== undefined;
}
