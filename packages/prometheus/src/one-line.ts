/** In characters: names of 255 of them, of which a message has a few, are rarely so long. */
const MOST_CHARACTERS = 500;

/**
 * The text as it may stand in a line of a log: control characters and line ends, with which it could pass for a line of its own,
 * are escaped, and what is beyond 500 characters is cut off.
 */
export function oneLine(text: string): string {
  const escaped = text.slice(0, MOST_CHARACTERS + 1).replace(CONTROLS, escape);
  const line = escaped.length > MOST_CHARACTERS ? `${escaped.slice(0, MOST_CHARACTERS)}…` : escaped;
  return line.toWellFormed();
}

const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

function escape(character: string): string {
  return SHORT.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
