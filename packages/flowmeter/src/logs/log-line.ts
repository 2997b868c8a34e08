/** A record as it is written, in parts. */
export interface LogLine {
  /** In milliseconds since the Unix epoch. */
  readonly timeMs: number;
  readonly message: string;
  /** All that was given beside the message, the trace's ids too. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The keys of a line that are not fields. */
const RESERVED = ['level', 'time', 'target'];

/** Fields as they may stand in a line: one that has the name of what every line has gets a mark. */
export function withoutReserved(fields: Record<string, unknown>): Record<string, unknown> {
  if (!RESERVED.some((key) => key in fields)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [RESERVED.includes(key) ? `${key}_` : key, value]),
  );
}

/** The line that pino would write. */
export function toJson(target: string, level: string, { timeMs, message, fields }: LogLine): string {
  return `${JSON.stringify({ level, time: new Date(timeMs).toISOString(), target, ...fields, msg: message })}\n`;
}

/** What pino has written, taken apart again. */
export function parseLine(line: string): LogLine {
  const { level: _level, target: _target, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const timeMs = Date.parse(String(time));
  return {
    timeMs: Number.isNaN(timeMs) ? Date.now() : timeMs,
    message: typeof msg === 'string' ? msg : msg === undefined ? '' : JSON.stringify(msg),
    fields,
  };
}
