import { oneLine } from './one-line.ts';

const UNWRITABLE = 'something that cannot be written';

/** What is looked at of a text: enough for a line, whatever stack is in it. */
const MOST_LOOKED_AT = 10_000;

/**
 * What was thrown, in one line, without the stack that some put into their messages. Never throws, whatever the value does when
 * it is looked at.
 */
export function inWords(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? textOf(thrown) : String(thrown);
    if (text === undefined) return UNWRITABLE;
    const words = text.slice(0, MOST_LOOKED_AT).replace(/\n[ \t]*at [^\n]*/g, '');
    return oneLine(words.replace(/\s+/g, ' '));
  } catch {
    return UNWRITABLE;
  }
}

/** What was thrown if it is an error that can be read, or else an error that has it in words. Never throws. */
export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error && typeof thrown.name === 'string') return thrown;
  } catch {
    // A proxy that was revoked, or one that hides what it is.
  }
  return new Error(inWords(thrown));
}

/** Whoever writes JavaScript may have set both to anything. */
function textOf({ message, name }: { readonly message: unknown; readonly name: unknown }): string | undefined {
  return [message, name].find((text) => typeof text === 'string' && text !== '') as string | undefined;
}
