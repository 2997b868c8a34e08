import type { X509Certificate } from 'node:crypto';
import { isIPv6, SocketAddress } from 'node:net';

/** One name in Node's text: its kind, and its value, which is a JSON string if it holds anything that could mislead. */
const NAME = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y;

const KINDS: readonly string[] = ['DNS', 'IP Address', 'email', 'URI'];

/**
 * The DNS names, IP addresses, e-mail addresses and URIs that a certificate was issued for, addresses in their shortest
 * form. None if its list is not wholly understood.
 */
export function subjectAlternativeNames({ subjectAltName }: X509Certificate): readonly string[] {
  // Before Node's types say so: there may be none.
  const text: string = subjectAltName ?? '';
  const names: string[] = [];
  NAME.lastIndex = 0;
  while (NAME.lastIndex < text.length) {
    const match = NAME.exec(text);
    if (match === null) return [];
    const [, kind = '', value = ''] = match;
    if (KINDS.includes(kind)) names.push(normalized(value.startsWith('"') ? String(JSON.parse(value)) : value));
  }
  return names;
}

/** Every spelling of an IPv6 address as one; anything else as it is. */
export function normalized(name: string): string {
  return isIPv6(name) && !name.includes('%') ? new SocketAddress({ address: name, family: 'ipv6' }).address : name;
}
