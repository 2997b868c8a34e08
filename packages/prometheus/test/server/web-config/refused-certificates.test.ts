/** Certificates and keys that are refused when the configuration is opened, with their line. */
import { rejects } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readWebConfig } from '../../../src/server/web-config/read-web-config.ts';
import { Authority, inlinePem, withoutOpenssl } from './support/authority.ts';
import { Folder } from './support/folder.ts';

const VERIFY = 'client_auth_type: RequireAndVerifyClientCert';

/** Lines of `tls_server_config`, and what is said; `%` is the folder. */
const REFUSED: readonly (readonly [string, readonly string[], string])[] = [
  [
    'a certificate file that is missing',
    ['cert_file: none.pem', 'key_file: server.key'],
    'cert_file is "%/none.pem", which cannot be read (ENOENT); allowed is the path of a readable PEM file',
  ],
  [
    'a folder for a file',
    ['cert_file: server.pem', 'key_file: .'],
    'key_file is "%", which is no file of at most 1048576 bytes; allowed is the path of a PEM file',
  ],
  ['no PEM', ['cert_file: text', 'key_file: server.key'], 'cert_file is "%/text", which holds no PEM certificate'],
  [
    'a key for a certificate',
    ['cert_file: server.key', 'key_file: server.key'],
    'cert_file is "%/server.key", which holds no PEM certificate',
  ],
  [
    'a certificate for a key',
    ['cert_file: server.pem', 'key_file: server.pem'],
    'key_file is "%/server.pem", which holds no PEM private key',
  ],
  [
    'a broken certificate',
    ['cert_file: broken.pem', 'key_file: server.key'],
    'cert_file is "%/broken.pem", which holds a certificate that cannot be read',
  ],
  [
    'a broken key',
    ['cert_file: server.pem', 'key_file: broken.key'],
    'key_file is "%/broken.key", which holds a private key that cannot be read',
  ],
  [
    'an encrypted key',
    ['cert_file: server.pem', 'key_file: encrypted.key'],
    'key_file is "%/encrypted.key", which holds an encrypted key; allowed is one without',
  ],
  [
    "another certificate's key",
    ['cert_file: server.pem', 'key_file: other.key'],
    'key_file is "%/other.key", which is not the key of the certificate in tls_server_config.cert_file',
  ],
  [
    'RSA of 1024 bits',
    ['cert_file: rsa1024.pem', 'key_file: rsa1024.key'],
    'cert_file is "%/rsa1024.pem", which has a weak key: RSA of 1024 bits; allowed are 2048 or more',
  ],
  [
    'a curve of 192 bits',
    ['cert_file: p192.pem', 'key_file: p192.key'],
    'cert_file is "%/p192.pem", which has a weak key: prime192v1; allowed are P-256, P-384 and P-521',
  ],
  [
    'a curve that clients do not know',
    ['cert_file: p224.pem', 'key_file: p224.key'],
    'cert_file is "%/p224.pem", which has a weak key: secp224r1; allowed are P-256, P-384 and P-521',
  ],
  [
    'a weak client authority',
    ['cert_file: server.pem', 'key_file: server.key', VERIFY, 'client_ca_file: rsa1024.pem'],
    'client_ca_file is "%/rsa1024.pem", which has a weak key: RSA of 1024 bits; allowed are 2048 or more',
  ],
  [
    'an intermediate client authority alone',
    ['cert_file: server.pem', 'key_file: server.key', VERIFY, 'client_ca_file: intermediate.pem'],
    'client_ca_file is "%/intermediate.pem", which holds "CN=intermediate" without the certificate of its issuer; allowed are roots, and others with theirs',
  ],
  [
    'a client authority that is text of another kind',
    ['cert_file: server.pem', 'key_file: server.key', VERIFY, 'client_ca: none'],
    'client_ca is PEM text, which holds no PEM certificate',
  ],
];

describe('certificates', { skip: withoutOpenssl }, () => {
  const folder = new Folder();
  before(() => {
    const authority = new Authority(folder.path, 'authority');
    authority.issue('server');
    authority.issue('other');
    authority.issue('rsa1024', { algorithm: ['rsa:1024'] });
    authority.issue('rsa2048', { algorithm: ['rsa:2048'] });
    authority.issue('p192', { algorithm: ['ec', '-pkeyopt', 'ec_paramgen_curve:prime192v1'] });
    authority.issue('p224', { algorithm: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-224'] });
    authority.issue('p521', { algorithm: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'] });
    authority.issue('ed25519', { algorithm: ['ed25519'] });
    authority.issueAuthority('intermediate');
    folder.write('text', 'hunter2');
    folder.write('broken.pem', '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n');
    folder.write('broken.key', '-----BEGIN PRIVATE KEY-----\nbm9uZQ==\n-----END PRIVATE KEY-----\n');
    const args = ['pkey', '-in', 'server.key', '-aes256', '-passout', 'pass:hunter2', '-out', 'encrypted.key'];
    execFileSync('openssl', args, { cwd: folder.path, stdio: 'ignore' });
  });
  after(() => folder[Symbol.dispose]());

  function configure(lines: readonly string[]): string {
    return folder.write('web-config.yml', `tls_server_config:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }

  for (const [what, lines, said] of REFUSED) {
    it(`${what} is refused`, async () => {
      const path = configure(lines);
      const message = `${path}: tls_server_config.${said.replace('%', folder.path)}`;
      await rejects(readWebConfig(path), { message });
    });
  }

  for (const name of ['rsa2048', 'p521', 'ed25519', 'server']) {
    it(`a pair like ${name} is taken`, async () => {
      await readWebConfig(configure([`cert_file: ${name}.pem`, `key_file: ${name}.key`]));
    });
  }

  for (const [name, other, type] of [
    ['rsa2048', 'ECDSA', 'rsa'],
    ['server', 'RSA', 'ec'],
    ['ed25519', 'RSA', 'ed25519'],
  ] as const) {
    it(`a pair like ${name} is refused with suites of ${other} alone, unless there is TLS 1.3`, async () => {
      const suites = `cipher_suites: [TLS_ECDHE_${other}_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]`;
      const lines = [`cert_file: ${name}.pem`, `key_file: ${name}.key`, suites];
      await readWebConfig(configure(lines));
      const path = configure([...lines, 'max_version: TLS12']);
      const message = `${path}: tls_server_config.cipher_suites has no suite of TLS 1.2, which is the max_version, for the key in tls_server_config.key_file (${type})`;
      await rejects(readWebConfig(path), { message });
    });
  }

  it('an intermediate client authority with its root is taken', async () => {
    const both = ['intermediate.pem', 'authority.pem'].map((name) => readFileSync(join(folder.path, name), 'utf8'));
    folder.write('both.pem', both.join('\n'));
    await readWebConfig(
      configure(['cert_file: server.pem', 'key_file: server.key', VERIFY, 'client_ca_file: both.pem']),
    );
  });

  it('the wrong key inline is refused without a word of it', async () => {
    const [cert, key] = [join(folder.path, 'server.pem'), join(folder.path, 'other.key')].map(inlinePem);
    const path = configure([`cert: ${String(cert)}`, `key: ${String(key)}`]);
    const message = `${path}: tls_server_config.key is PEM text, which is not the key of the certificate in tls_server_config.cert`;
    await rejects(readWebConfig(path), { message });
  });
});
