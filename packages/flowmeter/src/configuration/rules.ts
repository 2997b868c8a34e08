/** What a setting may be: the words for it, and the way from text to value. */
export interface Rule<Value> {
  /** Completes the sentence "allowed is …". */
  readonly allowed: string;
  /** The value, or `undefined` if the text is not allowed. */
  parse(text: string): Value | undefined;
  /** Whether the text may hold a secret and must not be shown. */
  readonly secret?: boolean;
}

/** The longest time that Node's timers take; a longer one would fire at once. */
export const LONGEST_MS = 2_147_483_647;

/** An integer within bounds, in decimal digits. */
export function integer(minimum: number, maximum: number, note = ''): Rule<number> {
  return {
    allowed: `an integer from ${minimum} to ${maximum}${note}`,
    parse(text) {
      if (!/^\d{1,15}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= minimum && value <= maximum ? value : undefined;
    },
  };
}

/** A time-out in milliseconds; 0 is no limit (specification, "Environment variable specification", "Timeout"). */
export const timeoutMs: Rule<number> = {
  allowed: `milliseconds from 0 (no limit) to ${LONGEST_MS}`,
  parse(text) {
    const value = integer(0, LONGEST_MS).parse(text);
    return value === 0 ? LONGEST_MS : value;
  },
};

/** `true` or `false`, in any case. */
export const boolean: Rule<boolean> = {
  allowed: 'true or false',
  parse(text) {
    const lower = text.toLowerCase();
    if (lower !== 'true' && lower !== 'false') return undefined;
    return lower === 'true';
  },
};

/** One of a list of words, in any case. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Rule<Word> {
  return {
    allowed: words.length === 1 ? String(words[0]) : `${words.slice(0, -1).join(', ')} or ${String(words.at(-1))}`,
    parse: (text) => words.find((word) => word === text.toLowerCase()),
  };
}

/** A host name or address to listen on. */
export const host: Rule<string> = {
  allowed: 'a host name or IP address, without scheme and port',
  // No name is longer (RFC 1035, 3.1).
  parse: (text) => (/^[\w.:%-]{1,253}$/.test(text) && !/^[^:]+:\d+$/.test(text) ? text : undefined),
};

/** An http or https URL. */
export const httpUrl: Rule<URL> = {
  allowed: 'an http:// or https:// URL',
  parse(text) {
    if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
    return new URL(text);
  },
};

/** The path of a file that `read` can read. */
export function readableFile(read: (path: string) => Buffer): Rule<string> {
  return {
    allowed: 'the path of a readable PEM file',
    parse(path) {
      try {
        return read(path).includes('-----BEGIN ') ? path : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * A list `key=value,key=value` with percent-encoded values, as W3C Baggage has it without properties. One member
 * that is not of this form spoils the whole list (specification, Resource SDK, "Specifying resource information via
 * an environment variable").
 */
export const keyValueList: Rule<Readonly<Record<string, string>>> = {
  allowed: 'a list key=value,key=value with percent-encoded values',
  parse(text) {
    const pairs: Record<string, string> = {};
    for (const member of text.split(',')) {
      const at = member.indexOf('=');
      const key = member.slice(0, Math.max(at, 0)).trim();
      if (key === '') return undefined;
      try {
        pairs[decodeURIComponent(key)] = decodeURIComponent(member.slice(at + 1).trim());
      } catch {
        return undefined;
      }
    }
    return pairs;
  },
};

/** The names and values that HTTP can carry (RFC 9110, 5.1 and 5.5). */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

/** What says where a message goes and where it ends is not the user's to say. */
const FRAMING = /^(?:transfer-encoding|content-length|connection|upgrade|expect|host)$/i;

/** HTTP headers as a list `name=value,name=value`. */
export const headerList: Rule<Readonly<Record<string, string>>> = {
  allowed: 'a list name=value,name=value of HTTP headers with percent-encoded values',
  secret: true,
  parse(text) {
    const headers = keyValueList.parse(text);
    if (headers === undefined) return undefined;
    const areHeaders = Object.entries(headers).every(
      ([name, value]) => HEADER_NAME.test(name) && !FRAMING.test(name) && HEADER_VALUE.test(value),
    );
    return areHeaders ? headers : undefined;
  },
};
