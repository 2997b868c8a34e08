import { validateHeaderValue } from 'node:http';
import { Section } from './section.ts';

/** The headers that the toolkit lets one set, and the values where there is a choice. */
const HEADERS = {
  'Strict-Transport-Security': undefined,
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': undefined,
  'Content-Security-Policy': undefined,
} as const;

type Header = keyof typeof HEADERS;

const NAMES = Object.keys(HEADERS) as Header[];

/**
 * Reads `http_server_config`: the headers of every response. `http2` is allowed and without effect: a scrape is one
 * request, answered by HTTP/1.1, which every client of HTTP/2 speaks.
 *
 * @throws Error for the first value that is not allowed
 */
export function readHeaders(value: unknown): Readonly<Record<string, string>> {
  const section = new Section('http_server_config', value, ['http2', 'headers']);
  section.flag('http2');
  const headers = new Section('http_server_config.headers', section.value('headers'), NAMES);
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const text = readHeader(headers, name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function readHeader(headers: Section<Header>, name: Header): string | undefined {
  const words = HEADERS[name];
  if (words !== undefined) return headers.oneOf<string>(name, words);
  const text = headers.text(name);
  if (text === undefined) return undefined;
  try {
    validateHeaderValue(name, text);
  } catch {
    throw headers.wrong(name, 'text that a header can carry');
  }
  return text;
}
