import type { DiagLogger } from '@opentelemetry/api';
import { partInWords } from '../reason-of.ts';
import { logRecord, type OwnRecord } from './log-record.ts';
import { FLOWMETER, isLogged, OPENTELEMETRY } from './log-settings.ts';

/** How what this project says through `diag` begins. */
const PREFIX = `${FLOWMETER}: `;

/** What was said already: a collector's odd answer would come back with each push. */
const said = new Set<string>();

/** How many distinct lines are remembered before remembering begins anew. */
const SAID_LIMIT = 200;

/** Logs what OpenTelemetry's parts say, warnings and errors once each. */
export const diagLogger: DiagLogger = {
  error: (...parts) => pass('error', parts),
  warn: (...parts) => pass('warn', parts),
  info: (...parts) => pass('info', parts),
  debug: (...parts) => pass('debug', parts),
  verbose: (...parts) => pass('trace', parts),
};

function pass(level: OwnRecord['level'], parts: readonly unknown[]): void {
  const isOurs = typeof parts[0] === 'string' && parts[0].startsWith(PREFIX);
  const target = isOurs ? FLOWMETER : OPENTELEMETRY;
  if (!isLogged(target, level)) return;
  const line = parts.map(partInWords).join(' ');
  if (level === 'warn' || level === 'error') {
    if (said.has(line)) return;
    if (said.size === SAID_LIMIT) said.clear();
    said.add(line);
  }
  logRecord({ level, target, message: isOurs ? line.slice(PREFIX.length) : line });
}
