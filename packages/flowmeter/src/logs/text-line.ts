import { partInWords } from '../reason-of.ts';
import type { LogLine } from './log-line.ts';

/** What the message of a library's record tells people in other words, or Node prints by itself. */
const FOR_MACHINES = ['exception.stacktrace', 'thread.id', 'pipelines', 'components'];

/**
 * A record for people: target and message, then the fields as `key=value`, and an error's stack in lines of its own.
 *
 * @param isOwn whether it is a library's: then its message says it all, and fields that stand in there are not told twice
 */
export function toText(target: string, { message, fields }: LogLine, isOwn: boolean): string {
  const { err, ...others } = fields;
  const words = partInWords(message);
  const shown = Object.entries(others).filter(([key, value]) => !isOwn || isNews(key, value, words));
  const stack = stackOf(err);
  const parts = [
    ...(words === '' ? [] : [words]),
    ...shown.map(([key, value]) => `${key}=${inText(value)}`),
    ...(err === undefined || stack !== undefined ? [] : [`err=${inText(err)}`]),
  ];
  const line = `${target}: ${parts.join(' ')}\n`;
  return stack === undefined ? line : `${line}${stack.replace(/^/gm, '    ')}\n`;
}

function isNews(key: string, value: unknown, message: string): boolean {
  if (FOR_MACHINES.includes(key) || (typeof value === 'object' && value !== null)) return false;
  const text = partInWords(String(value)).trim();
  const at = message.indexOf(text);
  return at === -1 || /\w/.test(message.charAt(at - 1)) || /\w/.test(message.charAt(at + text.length));
}

function stackOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return undefined;
  return typeof error.stack === 'string' ? error.stack : undefined;
}

function inText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}
