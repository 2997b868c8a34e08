import { inspect } from 'node:util';

const UNWRITABLE = 'something that cannot be written';

/**
 * The reason in an error's words, in one line; what `connect` fails with on several addresses has none of its own. Never throws,
 * whatever was thrown.
 */
export function reasonOf(thrown: unknown): string {
  try {
    return oneLine(thrown instanceof Error ? wordsOf(thrown) : String(thrown));
  } catch {
    return UNWRITABLE;
  }
}

/** What was thrown if it is an error that can be read, or else an error that has it in words. Never throws. */
export function toError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error && typeof thrown.name === 'string') return thrown;
  } catch {
    // A proxy that was revoked, or one that hides what it is.
  }
  return new Error(reasonOf(thrown));
}

/** One of the parts of a message to a logger, in one line. Never throws. */
export function partInWords(part: unknown): string {
  if (typeof part === 'string') return oneLine(part);
  try {
    return part instanceof Error ? reasonOf(part) : oneLine(inspect(part, { breakLength: Infinity }));
  } catch {
    return UNWRITABLE;
  }
}

function wordsOf(error: Error): string {
  const inner = error instanceof AggregateError ? error.errors.map(reasonOf).join('; ') : '';
  const code =
    'code' in error && ['string', 'number'].includes(typeof error.code) ? `${error.code as string | number}` : '';
  const text = error.message || inner || code || error.name;
  // OTLP errors carry the HTTP status as their code and only its name as their message.
  return /^\d{3}$/.test(code) ? `HTTP ${code} ${text}` : text;
}

/** Without the stack that some put into their messages, and without what could end the line. */
function oneLine(text: string): string {
  return text.replace(/\n\s*at [^\n]*/g, '').replace(/[\s\p{Cc}]*[\p{Cc}\p{Zl}\p{Zp}][\s\p{Cc}]*/gu, ' ');
}
