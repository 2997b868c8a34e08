/** Every configuration that is refused, with its line. */
import { doesNotMatch, strictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { assert, asyncProperty, string } from 'fast-check';
import { readWebConfig } from '../../../src/server/web-config/read-web-config.ts';
import { Folder } from './support/folder.ts';

const SECRET = 'hunter2';
const HASH = `$2y$04$${'.'.repeat(53)}`;
const TLS = 'cert_file: a.pem, key_file: b.pem';
const KEYS = 'tls_server_config, http_server_config, basic_auth_users, rate_limit';
const TYPES =
  'NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert';
const VERSIONS = 'TLS12 or TLS13 (the older ones are weak)';
const HASH_ALLOWED = 'allowed is the output of htpasswd -nBC 10';
const NAME_ALLOWED = 'allowed is a name without colon and control characters';
const DURATION = '0 (no limit) or a duration such as 200ms, 1s or 1m30s';

const SUITES =
  'TLS_ECDHE_{ECDSA,RSA}_WITH_{AES_128_GCM_SHA256,AES_256_GCM_SHA384,CHACHA20_POLY1305_SHA256,AES_128_CBC_SHA,AES_256_CBC_SHA}, TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256';

/** What the file holds, and what is said of it. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['a: 1\na: 2', 'line 2, column 1 is not strict YAML (duplicate key)'],
  ['a: [1', 'line 1, column 6 is not strict YAML (bad indent)'],
  [`basic_auth_users: {a: "${SECRET}\\q"}`, 'line 1, column 31 is not strict YAML (bad dq escape)'],
  ['a: 1\n---\nb: 2', 'line 2, column 1 is not strict YAML (multiple docs)'],
  ['http_server_config: !!js/function x', 'line 1, column 21 is not strict YAML (tag resolve failed)'],
  [
    `basic_auth_users: {a: *${SECRET}}`,
    'line 1, column 23 is an alias (*) without an anchor (&): quote a text that begins with *',
  ],
  ['a: *b\nb: &b x', 'line 1, column 4 is an alias (*) without an anchor (&): quote a text that begins with *'],
  [SECRET, 'the file is a text; allowed is a map'],
  [`- ${SECRET}`, 'the file is a list; allowed is a map'],
  [`tls_config: ${SECRET}`, `tls_config is no key; there are ${KEYS}`],
  [`"": ${SECRET}`, `the file has a key that is empty; there are ${KEYS}`],
  [`{? {a: b} : ${SECRET}}`, `the file has a key that is a map; there are ${KEYS}`],
  [`{'${HASH}': ${SECRET}}`, `the file has a key that is a password hash; there are ${KEYS}`],
  ["rate_limit: {'a b': 1}", 'rate_limit has a key that is "a b"; there are interval, burst'],
  ['basic_auth_excluded_paths: [/]', `basic_auth_excluded_paths is no key; there are ${KEYS}`],
  [`tls_server_config: ${SECRET}`, 'tls_server_config is a text; allowed is a map'],
  [
    `tls_server_config: {password: ${SECRET}}`,
    'tls_server_config.password is no key; there are cert_file, key_file, cert, key, client_auth_type, client_ca_file, client_ca, client_allowed_sans, min_version, max_version, cipher_suites, prefer_server_cipher_suites, curve_preferences',
  ],
  [
    'tls_server_config: {min_version: TLS13}',
    'tls_server_config has neither cert_file nor cert; a certificate is needed',
  ],
  ['tls_server_config: {key_file: b.pem}', 'tls_server_config has neither cert_file nor cert; a certificate is needed'],
  [
    'tls_server_config: {cert_file: a.pem}',
    "tls_server_config has neither key_file nor key; the certificate's key is needed",
  ],
  [
    "tls_server_config: {cert_file: '', key_file: b.pem}",
    'tls_server_config has neither cert_file nor cert; a certificate is needed',
  ],
  [
    `tls_server_config: {${TLS}, key: ${SECRET}}`,
    'tls_server_config.key_file and tls_server_config.key are both set; allowed is one of them',
  ],
  [
    'tls_server_config: {cert_file: [a.pem]}',
    'tls_server_config.cert_file is a list; allowed is the path of a PEM file',
  ],
  [
    `tls_server_config: {cert_file: a.pem, key_file: "-----BEGIN PRIVATE KEY-----${SECRET}"}`,
    'tls_server_config.key_file is PEM text; allowed is the path of a PEM file (PEM text goes to key)',
  ],
  [
    `tls_server_config: {${TLS}, client_auth_type: Always}`,
    `tls_server_config.client_auth_type is "Always"; allowed is ${TYPES}`,
  ],
  [
    `tls_server_config: {${TLS}, client_auth_type: VerifyClientCertIfGiven}`,
    'tls_server_config.client_auth_type is "VerifyClientCertIfGiven", which needs client_ca_file or client_ca',
  ],
  [
    `tls_server_config: {${TLS}, client_auth_type: RequireAndVerifyClientCert}`,
    'tls_server_config.client_auth_type is "RequireAndVerifyClientCert", which needs client_ca_file or client_ca',
  ],
  [
    `tls_server_config: {${TLS}, client_ca_file: ca.pem}`,
    'tls_server_config.client_ca_file is set, which needs a client_auth_type of RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert',
  ],
  [
    `tls_server_config: {${TLS}, client_allowed_sans: [a]}`,
    'tls_server_config.client_allowed_sans is set, which needs a client_auth_type of RequireAnyClientCert or RequireAndVerifyClientCert',
  ],
  [
    `tls_server_config: {${TLS}, client_auth_type: RequireAnyClientCert, client_allowed_sans: []}`,
    'tls_server_config.client_allowed_sans is an empty list; allowed is a list of DNS names, IP addresses, e-mail addresses or URIs',
  ],
  [
    `tls_server_config: {${TLS}, min_version: TLS10}`,
    `tls_server_config.min_version is "TLS10"; allowed is ${VERSIONS}`,
  ],
  [`tls_server_config: {${TLS}, min_version: 1.2}`, `tls_server_config.min_version is "1.2"; allowed is ${VERSIONS}`],
  [
    `tls_server_config: {${TLS}, max_version: TLS11}`,
    `tls_server_config.max_version is "TLS11"; allowed is ${VERSIONS}`,
  ],
  [
    `tls_server_config: {${TLS}, min_version: TLS13, max_version: TLS12}`,
    'tls_server_config.min_version is "TLS13", which is above the max_version "TLS12"',
  ],
  [
    `tls_server_config: {${TLS}, prefer_server_cipher_suites: yes}`,
    'tls_server_config.prefer_server_cipher_suites is "yes"; allowed is true or false',
  ],
  [
    `tls_server_config: {${TLS}, max_version: TLS12, cipher_suites: [TLS_AES_128_GCM_SHA256]}`,
    'tls_server_config.cipher_suites has no suite of TLS 1.2, which is the max_version',
  ],
  [
    `tls_server_config: {${TLS}, curve_preferences: [CurveP192]}`,
    'tls_server_config.curve_preferences has "CurveP192"; allowed are CurveP256, CurveP384, CurveP521, X25519',
  ],
  [
    `tls_server_config: {${TLS}, cipher_suites: []}`,
    `tls_server_config.cipher_suites is an empty list; allowed is a list of these: ${SUITES}`,
  ],
  [`http_server_config: {http2: 1}`, 'http_server_config.http2 is "1"; allowed is true or false'],
  [
    `http_server_config: {headers: {Set-Cookie: ${SECRET}}}`,
    'http_server_config.headers.Set-Cookie is no key; there are Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, X-XSS-Protection, Content-Security-Policy',
  ],
  [
    'http_server_config: {headers: {X-Frame-Options: DENY}}',
    'http_server_config.headers.X-Frame-Options is "DENY"; allowed is deny or sameorigin',
  ],
  [
    'http_server_config: {headers: {X-Content-Type-Options: sniff}}',
    'http_server_config.headers.X-Content-Type-Options is "sniff"; allowed is nosniff',
  ],
  [
    'http_server_config: {headers: {Content-Security-Policy: "a\\r\\nb"}}',
    'http_server_config.headers.Content-Security-Policy is "a\\r\\nb"; allowed is text that a header can carry',
  ],
  [`basic_auth_users: ${SECRET}`, 'basic_auth_users is a text; allowed is a map'],
  [`basic_auth_users: [{alice: ${SECRET}}]`, 'basic_auth_users is a list; allowed is a map'],
  [`basic_auth_users: {alice: ${SECRET}}`, `basic_auth_users has no bcrypt hash for "alice"; ${HASH_ALLOWED}`],
  [`basic_auth_users: {alice: [${SECRET}]}`, `basic_auth_users has no bcrypt hash for "alice"; ${HASH_ALLOWED}`],
  ['basic_auth_users: {alice: }', `basic_auth_users has no bcrypt hash for "alice"; ${HASH_ALLOWED}`],
  [
    `basic_auth_users: {alice: '${HASH.slice(0, -1)}'}`,
    `basic_auth_users has no bcrypt hash for "alice"; ${HASH_ALLOWED}`,
  ],
  [
    `basic_auth_users: {alice: '$6$rounds=5000$${SECRET}'}`,
    `basic_auth_users has no bcrypt hash for "alice"; ${HASH_ALLOWED}`,
  ],
  [
    `basic_auth_users: {alice: '${HASH.replace('04', '17')}'}`,
    'basic_auth_users has a bcrypt hash of cost 17 for "alice"; allowed is a cost from 4 to 16',
  ],
  [
    `basic_auth_users: {alice: '${HASH.replace('04', '03')}'}`,
    'basic_auth_users has a bcrypt hash of cost 3 for "alice"; allowed is a cost from 4 to 16',
  ],
  [`basic_auth_users: {'a:b': '${HASH}'}`, `basic_auth_users has a user whose name is "a:b"; ${NAME_ALLOWED}`],
  [`basic_auth_users: {"a\\nb": '${HASH}'}`, `basic_auth_users has a user whose name is "a\\nb"; ${NAME_ALLOWED}`],
  [`basic_auth_users: {'': '${HASH}'}`, `basic_auth_users has a user whose name is empty; ${NAME_ALLOWED}`],
  [
    `basic_auth_users: {'${HASH}': alice}`,
    `basic_auth_users has no bcrypt hash for a user whose name is a password hash; ${HASH_ALLOWED}`,
  ],
  ['rate_limit: {interval: 1}', `rate_limit.interval is "1"; allowed is ${DURATION}`],
  ['rate_limit: {interval: -1s}', `rate_limit.interval is "-1s"; allowed is ${DURATION}`],
  ['rate_limit: {interval: 1s, burst: 0.5}', 'rate_limit.burst is "0.5"; allowed is an integer from 0 on'],
  [
    'rate_limit: {interval: 1s}',
    'rate_limit.interval is set, which needs a burst from 1 on: without, no request passes',
  ],
];

/** Go's insecure suites, a name of OpenSSL's, and none at all. */
const REFUSED_SUITES: readonly (readonly [string, string])[] = [
  ['TLS_RSA_WITH_AES_128_GCM_SHA256', ', a weak one'],
  ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', ', a weak one'],
  ['TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA', ', a weak one'],
  ['TLS_ECDHE_ECDSA_WITH_RC4_128_SHA', ', a weak one'],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', ', a weak one'],
  ['ECDHE-RSA-AES128-GCM-SHA256', ''],
  ['constructor', ''],
];

describe('a web configuration file', () => {
  const folder = new Folder();
  after(() => folder[Symbol.dispose]());

  async function refusalOf(path: string): Promise<string> {
    try {
      await readWebConfig(path);
    } catch (error) {
      if (error instanceof Error && error.message.startsWith(`${path}: `)) return error.message.slice(path.length + 2);
      throw error;
    }
    return 'taken';
  }

  for (const [text, line] of REFUSED) {
    it(`is refused that holds ${JSON.stringify(text)}`, async () => {
      const refusal = await refusalOf(folder.write('web-config.yml', text));
      strictEqual(refusal, line);
      doesNotMatch(refusal, new RegExp(SECRET));
    });
  }

  for (const [suite, note] of REFUSED_SUITES) {
    it(`is refused that names the cipher suite ${suite}`, async () => {
      const path = folder.write('web-config.yml', `tls_server_config: {${TLS}, cipher_suites: [${suite}]}`);
      strictEqual(
        await refusalOf(path),
        `tls_server_config.cipher_suites has "${suite}"${note}; allowed are ${SUITES}`,
      );
    });
  }

  it('is refused that cannot be read', async () => {
    strictEqual(
      await refusalOf(join(folder.path, 'none.yml')),
      'cannot be read (ENOENT); allowed is a readable YAML file',
    );
    strictEqual(await refusalOf(folder.path), 'is not a file; allowed is a YAML file');
    const large = folder.write('large.yml', '#'.repeat(1024 * 1024 + 1));
    strictEqual(await refusalOf(large), 'has 1048577 bytes; allowed are 1048576 at the most');
  });

  it('is refused whose aliases would grow without end', async () => {
    const levels = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`);
    const path = folder.write('web-config.yml', ['a0: &a0 x', ...levels].join('\n'));
    strictEqual(await refusalOf(path), 'has aliases (*) that make it too large');
  });

  it('never shows a password, wherever it stands, and says one line', async () => {
    const password = string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 30 }).filter(
      (text) => !/^[\w .:()]*$/.test(text),
    );
    const places = (text: string): readonly string[] => [
      `basic_auth_users: {alice: ${JSON.stringify(text)}}`,
      `basic_auth_users: ${JSON.stringify(text)}`,
      `basic_auth_users:\n  alice: ${text}`,
      `tls_server_config: {cert: x, key: ${JSON.stringify(text)}}`,
      `tls_server_config: {alice: ${JSON.stringify(text)}}`,
      text,
    ];
    await assert(
      asyncProperty(password, async (text) => {
        for (const place of places(text)) {
          const refusal = await refusalOf(folder.write('web-config.yml', place));
          strictEqual(refusal.includes(text), false, refusal);
          strictEqual(/[\n\r]/.test(refusal), false, refusal);
        }
      }),
    );
  });
});
