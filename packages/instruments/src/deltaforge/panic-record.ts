import { describeError } from '../described.ts';
import type { LogRecord } from '../log-record.ts';

/**
 * The log record of a panic. Its fields have the names of OpenTelemetry's semantic conventions: `exception.*`, `thread.*`, and
 * `code.*` for where it was thrown. Never throws, whatever was thrown.
 */
export function panicRecord(thrown: unknown): LogRecord {
  const { isMainThread, threadId } = process.getBuiltinModule('node:worker_threads');
  const thread = isMainThread ? 'the main thread' : `worker thread ${threadId}`;
  const { type, text, stack } = factsOf(thrown);
  const frame = stack === undefined ? undefined : /^\s*at (.{1,500})$/m.exec(stack)?.[1];
  const what = describeError(thrown).replace(/\s+/g, ' ');
  return {
    level: 'error',
    target: 'deltaforge',
    message: `panic in ${thread}: ${what}${frame === undefined ? '' : `, at ${frame}`}`,
    fields: {
      ...(type !== undefined && { 'exception.type': type }),
      'exception.message': text,
      ...(stack !== undefined && { 'exception.stacktrace': stack }),
      'thread.name': isMainThread ? 'main' : thread,
      'thread.id': threadId,
      ...(frame !== undefined && locationIn(frame)),
    },
  };
}

interface Facts {
  readonly type?: string;
  readonly text: string;
  readonly stack?: string;
}

function factsOf(thrown: unknown): Facts {
  try {
    if (thrown instanceof Error) {
      const { name, message, stack } = thrown as { name: unknown; message: unknown; stack?: unknown };
      return { type: String(name), text: String(message), ...(typeof stack === 'string' && { stack }) };
    }
  } catch {
    // An error whose properties throw, or a proxy that was revoked.
  }
  return { text: describeError(thrown) };
}

/** What V8 writes for a call: `Order.pay (/app/order.js:7:11)`, or without a function `file:///app/order.mjs:7:11`. */
const FRAME = /^(?:async )?(?:(.+?) \()?(?!eval at )(.+?):(\d+):(\d+)\)?$/;

function locationIn(frame: string): Readonly<Record<string, string | number>> {
  const [, name, file = '', line, column] = FRAME.exec(frame) ?? [];
  if (line === undefined) return {};
  return {
    ...(name !== undefined && { 'code.function.name': name }),
    'code.file.path': pathOf(file),
    'code.line.number': Number(line),
    'code.column.number': Number(column),
  };
}

function pathOf(file: string): string {
  if (!file.startsWith('file:')) return file;
  try {
    return process.getBuiltinModule('node:url').fileURLToPath(file);
  } catch {
    return file;
  }
}
