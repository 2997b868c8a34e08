import { describeError } from '../../described.ts';
import { log, type LogLevel } from '../../log-record.ts';

/** Who does something to a pipeline. */
export interface ActionOrigin {
  /** Whose pipeline it is. Default: the constant attribute `tenant` of the set. */
  readonly tenant?: string | undefined;
  /** Who asked for it: a user, an API key's name, another system. */
  readonly caller?: string | undefined;
}

type Fields = Readonly<Record<string, string | number | undefined>>;

/** Where the records are told from others. */
const TARGET = 'deltaforge::pipelines';

/** Logs something that has happened to a pipeline; what is not known is left out. */
export function logLifecycle(level: LogLevel, message: string, fields: Fields): void {
  const known = Object.entries(fields).filter((field): field is [string, string | number] => field[1] !== undefined);
  log({ level, target: TARGET, message: inOneLine(message), fields: Object.fromEntries(known) });
}

/** What was thrown, as OpenTelemetry has it (semantic conventions, "Recording exceptions in logs"). */
export function exceptionFields(thrown: unknown): Fields {
  return { 'exception.type': typeOf(thrown), 'exception.message': messageOf(thrown) };
}

/** Who did it, in the words of a message. */
export function inWords({ tenant, caller }: ActionOrigin): string {
  return `${caller === undefined ? '' : ` by ${caller}`}${tenant === undefined ? '' : ` for tenant ${tenant}`}`;
}

function typeOf(thrown: unknown): string {
  try {
    const { name } = thrown as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : typeof thrown;
  } catch {
    return typeof thrown;
  }
}

function messageOf(thrown: unknown): string {
  try {
    const { message } = thrown as { message?: unknown };
    return typeof message === 'string' ? message : describeError(thrown);
  } catch {
    return describeError(thrown);
  }
}

/** Names and messages come from outside: none may begin a line of its own, or steer a terminal. */
function inOneLine(message: string): string {
  return message.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}
