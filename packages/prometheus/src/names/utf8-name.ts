/**
 * A name that any consumer of UTF-8 names can read: lone surrogates, which UTF-8 has no bytes for, and NUL, which ends the
 * input of Prometheus' parser, become U+FFFD, and a name without any character becomes `_`.
 */
export function toUtf8Name(name: string): string {
  return name === '' ? '_' : name.toWellFormed().replaceAll('\0', '\uFFFD');
}
