/** What a client says who it is. */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** More than any name and password need; Node itself takes headers of 16 KiB. */
const LONGEST_HEADER = 4096;

/** `Basic` and standard Base64 (RFC 7617, 2; RFC 4648, 4). */
const HEADER = /^basic +((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i;

/**
 * Reads an Authorization header.
 *
 * @returns `undefined` if it is missing, malformed, too long, not UTF-8, or has a NUL, at which bcrypt would begin the
 * password anew
 */
export function parseBasicCredentials(header: string | undefined): BasicCredentials | undefined {
  if (header === undefined || header.length > LONGEST_HEADER) return undefined;
  const encoded = HEADER.exec(header.trim())?.[1];
  if (encoded === undefined) return undefined;
  const text = decodeUtf8(Buffer.from(encoded, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0 || text.includes('\0')) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
