import { shown } from './shown.ts';
import { toMap } from './section.ts';

/** Bcrypt in its three spellings, with two digits of cost, 22 characters of salt and 31 of hash. */
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

const LOWEST_COST = 4;

/** Each step doubles the time: at 16 a comparison takes seconds, and every wrong password costs one. */
const HIGHEST_COST = 16;

/**
 * Reads `basic_auth_users`: names and hashes.
 *
 * @throws Error for a name or hash that is not allowed; the hash is never shown, for it may be the password itself
 */
export function readUsers(value: unknown): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const [name, hash] of toMap('basic_auth_users', value)) {
    if (typeof name !== 'string' || !isName(name)) {
      throw new Error(
        `basic_auth_users has a user whose name is ${shown(name)}; allowed is a name without colon and control characters`,
      );
    }
    const cost = typeof hash === 'string' ? BCRYPT.exec(hash)?.[1] : undefined;
    if (typeof hash !== 'string' || cost === undefined) {
      throw new Error(
        `basic_auth_users has no bcrypt hash for ${userOf(name)}; allowed is the output of htpasswd -nBC 10`,
      );
    }
    if (Number(cost) < LOWEST_COST || Number(cost) > HIGHEST_COST) {
      throw new Error(
        `basic_auth_users has a bcrypt hash of cost ${Number(cost)} for ${userOf(name)}; allowed is a cost from ${LOWEST_COST} to ${HIGHEST_COST}`,
      );
    }
    users.set(name, hash);
  }
  return users;
}

/** The user in a sentence; what stands in a name's place may be a hash. */
function userOf(name: string): string {
  const text = shown(name);
  return text.startsWith('"') ? text : `a user whose name is ${text}`;
}

/** A colon ends the name in what a client sends, and control characters are not for it (RFC 7617, 2). */
function isName(name: string): boolean {
  return name !== '' && !/[:\p{Cc}\p{Cs}]/u.test(name);
}
