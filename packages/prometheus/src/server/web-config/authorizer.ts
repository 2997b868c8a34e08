import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { warn } from '../../told-to-the-log.ts';
import { answerBriefly } from './brief-answer.ts';
import { parseBasicCredentials, type BasicCredentials } from './basic-credentials.ts';

/** Whether a request may go on; otherwise it has been answered. Never rejects. */
export type Authorizer = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** Whether the password is the bcrypt hash's; `undefined` if that cannot be said now. Away from the main thread; never rejects. */
export type ComparePassword = (password: string, hash: string) => Promise<boolean | undefined>;

/** Bcrypt looks at no more: what comes after could be anything. */
const LONGEST_PASSWORD_BYTES = 72;

/**
 * Basic authentication. Whether the name, the password or the header is wrong, the answer is the same, and for a name that does
 * not exist it takes as long: it costs a comparison too. A pair that was right is remembered, under a key of this process's
 * own, so that a scraper costs one comparison and not one a scrape; a wrong one is not. With too many comparisons waiting the
 * answer is 503.
 *
 * @param users names and bcrypt hashes; at least one
 */
export function createAuthorizer(users: ReadonlyMap<string, string>, compare: ComparePassword): Authorizer {
  const check = createCheck(users, compare);
  return async (request, response) => {
    const credentials = parseBasicCredentials(request.headers.authorization);
    const isRight = credentials === undefined ? false : await check(credentials);
    if (isRight === true) return true;
    if (isRight === undefined) answerBriefly(response, 503, { 'retry-after': '1' });
    else answerBriefly(response, 401, { 'www-authenticate': 'Basic' });
    return false;
  };
}

type Check = (credentials: BasicCredentials) => Promise<boolean | undefined>;

function createCheck(users: ReadonlyMap<string, string>, compare: ComparePassword): Check {
  const secret = randomBytes(32);
  const digestOf = (...parts: readonly string[]): Buffer =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest();
  /** What was right, by user: each has one password, so there are never more than users. */
  const remembered = new Map<string, Buffer>();
  const nothing = randomBytes(32);
  const decoyFor = createDecoys(users, (name) => digestOf(name).readUInt32BE());
  let hasWarned = false;
  return async ({ user, password }) => {
    if (Buffer.byteLength(password) > LONGEST_PASSWORD_BYTES) {
      if (!hasWarned) warn(TOO_LONG);
      hasWarned = true;
      return false;
    }
    const known = users.get(user);
    const hash = known ?? decoyFor(user);
    const digest = digestOf(user, hash, password);
    if (timingSafeEqual(remembered.get(user) ?? nothing, digest)) return true;
    const isMatch = await compare(password, hash);
    if (isMatch === undefined) return undefined;
    if (!isMatch || known === undefined) return false;
    remembered.set(user, digest);
    return true;
  };
}

const TOO_LONG = `a password of more than ${LONGEST_PASSWORD_BYTES} bytes was refused: bcrypt does not look at the rest`;

/** Hashes that no password has, each of the cost of some user's, and always the same for a name: comparing takes as long as for a user. */
function createDecoys(
  users: ReadonlyMap<string, string>,
  numberOf: (name: string) => number,
): (name: string) => string {
  const hashes = [...users.values()];
  return (name) => {
    const hash = hashes[numberOf(name) % hashes.length] ?? '';
    return hash.slice(0, '$2b$10$'.length) + '.'.repeat(53);
  };
}
