/** One entry of an `Accept` header. Type, subtype and the names of parameters are in lower case. */
export interface MediaRange {
  /** `*` where any will do. */
  readonly type: string;
  readonly subtype: string;
  /** In lower case, without `q`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** How much it is wanted, from 0 (not at all) to 1. */
  readonly quality: number;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~\da-z]+$/;
const QUOTED = /^"(?:[^"\\]|\\.)*"$/s;
/** As RFC 9110 has it, and with more digits, or none before the point, as some clients have it. */
const QUALITY = /^(?:0?\.\d+|0\.?|1(?:\.0*)?)$/;

/** Reads an `Accept` header (RFC 9110, section 12.5.1), in time linear in its length. Entries that are malformed are left out. */
export function parseMediaRanges(accept: string): MediaRange[] {
  return splitUnquoted(accept, ',')
    .map((entry) => parseMediaRange(entry))
    .filter((range) => range !== undefined);
}

function parseMediaRange(entry: string): MediaRange | undefined {
  const [mediaType = '', ...rest] = splitUnquoted(entry, ';').map((part) => part.trim());
  const [type = '', subtype = '', ...more] = mediaType.toLowerCase().split('/');
  if (!TOKEN.test(type) || !TOKEN.test(subtype) || more.length > 0 || (type === '*' && subtype !== '*'))
    return undefined;
  const parameters = new Map<string, string>();
  for (const text of rest) {
    if (text === '') continue;
    const parameter = parseParameter(text);
    if (parameter === undefined) return undefined;
    // Of two with one name the first counts.
    if (!parameters.has(parameter.name)) parameters.set(parameter.name, parameter.value);
  }
  const quality = parameters.get('q') ?? '1';
  parameters.delete('q');
  return QUALITY.test(quality) ? { type, subtype, parameters, quality: Number(quality) } : undefined;
}

function parseParameter(text: string): { name: string; value: string } | undefined {
  const equals = text.indexOf('=');
  const name = text.slice(0, equals).trim().toLowerCase();
  const value = text
    .slice(equals + 1)
    .trim()
    .toLowerCase();
  if (equals < 0 || !TOKEN.test(name)) return undefined;
  if (TOKEN.test(value)) return { name, value };
  return QUOTED.test(value) ? { name, value: value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') } : undefined;
}

function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) at += 1;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
