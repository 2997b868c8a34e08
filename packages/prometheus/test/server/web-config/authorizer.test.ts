/** Which credentials are compared, with what, and how often: the comparison itself is the caller's. */
import { deepStrictEqual, match, notStrictEqual, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert, asyncProperty, constantFrom, oneof, string } from 'fast-check';
import { createAuthorizer, type Authorizer } from '../../../src/server/web-config/authorizer.ts';
import { verdictOn } from './support/exchange.ts';
import { takeWarnings } from './support/warnings.ts';
import { basic } from './support/web-server.ts';

const ALICE = `$2y$04$${'a'.repeat(53)}`;
const BOB = `$2b$12$${'b'.repeat(53)}`;
const USERS = new Map([
  ['alice', ALICE],
  ['bob', BOB],
]);

/** Takes `right` for every hash, and keeps what it was asked. */
function authorizer(right = 'right'): { readonly authorize: Authorizer; readonly asked: string[] } {
  const asked: string[] = [];
  const authorize = createAuthorizer(USERS, async (password, hash) => {
    asked.push(hash);
    return password === right;
  });
  return { authorize, asked };
}

describe('basic authentication', () => {
  it('compares what was right once, and never again', async () => {
    const { authorize, asked } = authorizer();
    for (let scrape = 0; scrape < 3; scrape += 1) {
      strictEqual(await verdictOn(authorize, basic('alice', 'right')), 200);
      strictEqual(await verdictOn(authorize, basic('bob', 'right')), 200);
    }
    deepStrictEqual(asked, [ALICE, BOB]);
  });

  it('compares what was wrong each time, also after something right', async () => {
    const { authorize, asked } = authorizer();
    await verdictOn(authorize, basic('alice', 'right'));
    strictEqual(await verdictOn(authorize, basic('alice', 'wrong')), 401);
    strictEqual(await verdictOn(authorize, basic('alice', 'wrong')), 401);
    strictEqual(await verdictOn(authorize, basic('alice', '')), 401);
    strictEqual(asked.length, 4);
    strictEqual(await verdictOn(authorize, basic('alice', 'right')), 200);
    strictEqual(asked.length, 4);
  });

  it('compares for a name that does not exist too, at the cost of some user, and never lets it in', async () => {
    const { authorize, asked } = authorizer();
    const costs = new Set<string>();
    for (let at = 0; at < 64; at += 1) {
      const header = basic(`nobody${at}`, 'right');
      strictEqual(await verdictOn(authorize, header), 401);
      strictEqual(await verdictOn(authorize, header), 401);
      const [one, two] = asked.splice(0);
      strictEqual(one, two, 'the same for a name each time');
      match(one ?? '', /^\$2[yb]\$(?:04|12)\$[./A-Za-z0-9]{53}$/);
      notStrictEqual(one, ALICE);
      notStrictEqual(one, BOB);
      costs.add(one?.slice(0, 7) ?? '');
    }
    deepStrictEqual([...costs].toSorted(), ['$2b$12$', '$2y$04$']);
  });

  it('answers 503 if no verdict is to be had, and remembers nothing of it', async () => {
    let verdict: boolean | undefined;
    const authorize = createAuthorizer(USERS, async () => verdict);
    strictEqual(await verdictOn(authorize, basic('alice', 'right')), 503);
    strictEqual(await verdictOn(authorize, basic('nobody', 'right')), 503);
    verdict = true;
    strictEqual(await verdictOn(authorize, basic('alice', 'right')), 200);
  });

  it('splits at the first colon, and takes any UTF-8', async () => {
    const { authorize } = authorizer('a:b é 🔑');
    strictEqual(await verdictOn(authorize, basic('alice', 'a:b é 🔑')), 200);
  });

  it('takes the scheme in any case', async () => {
    const { authorize } = authorizer();
    strictEqual(await verdictOn(authorize, basic('alice', 'right').replace('Basic', 'bASIC ')), 200);
  });

  const encoded = Buffer.from('alice:right').toString('base64');
  for (const [what, header] of Object.entries({
    'no header': undefined,
    'an empty header': '',
    'a scheme alone': 'Basic',
    'another scheme': `Bearer ${encoded}`,
    'no space': `Basic${encoded}`,
    'two values': `Basic ${encoded}, Basic ${encoded}`,
    'no Base64': 'Basic alice:right',
    'Base64 without padding': `Basic ${encoded.replaceAll('=', '')}`,
    'Base64 of another alphabet': `Basic ${Buffer.from('alice:\u{3ffff}').toString('base64url')}--__`,
    'no colon': `Basic ${Buffer.from('alice').toString('base64')}`,
    'bytes that are not UTF-8': `Basic ${Buffer.from('alice:\xe9', 'latin1').toString('base64')}`,
    'a NUL': basic('alice', 'right\0right'),
    'a header of five thousand characters': basic('alice', 'x'.repeat(3750)),
  })) {
    it(`refuses ${what} without comparing anything`, async () => {
      const { authorize, asked } = authorizer();
      strictEqual(await verdictOn(authorize, header), 401);
      deepStrictEqual(asked, []);
    });
  }

  it('refuses what bcrypt would cut short, with one warning and without comparing', async (context) => {
    const warnings = takeWarnings(context);
    const { authorize, asked } = authorizer('é'.repeat(36));
    strictEqual(await verdictOn(authorize, basic('alice', 'é'.repeat(36))), 200, '72 bytes');
    strictEqual(await verdictOn(authorize, basic('alice', `${'é'.repeat(36)}x`)), 401);
    strictEqual(await verdictOn(authorize, basic('nobody', 'x'.repeat(73))), 401);
    strictEqual(asked.length, 1);
    deepStrictEqual(warnings, [
      'flowmeter: Prometheus endpoint: a password of more than 72 bytes was refused: bcrypt does not look at the rest',
    ]);
  });

  it('lets in the right pair alone, whatever is sent', async () => {
    const { authorize } = authorizer();
    const part = oneof(constantFrom('alice', 'bob', 'right', '', ':'), string({ unit: 'grapheme' }));
    await assert(
      asyncProperty(part, part, async (user, password) => {
        const isRight = (user === 'alice' || user === 'bob') && password === 'right';
        strictEqual(await verdictOn(authorize, basic(user, password)), isRight ? 200 : 401);
      }),
    );
    await assert(
      asyncProperty(string({ unit: 'binary' }), async (header) => {
        strictEqual(await verdictOn(authorize, header), 401);
        strictEqual(await verdictOn(authorize, `Basic ${header}`), 401);
      }),
    );
  });
});
