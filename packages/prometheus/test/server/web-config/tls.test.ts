/** TLS as the configuration says, by real handshakes, and certificates that change meanwhile. */
import { deepStrictEqual, match, notStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { Authority, inlinePem, withoutOpenssl, type KeyPair } from './support/authority.ts';
import { Folder } from './support/folder.ts';
import { takeWarnings } from './support/warnings.ts';
import { serveBy, type WebServer } from './support/web-server.ts';

describe('a server over TLS', { skip: withoutOpenssl }, () => {
  const folder = new Folder();
  let authority: Authority;
  let first: KeyPair;
  let second: KeyPair;
  let trusting: ConnectionOptions;
  /** A clock that the tests set. */
  let nowMs = 0;
  const now = (): number => nowMs;

  before(() => {
    authority = new Authority(folder.path, 'authority');
    first = authority.issue('first');
    second = authority.issue('second');
    trusting = { ca: readFileSync(authority.certificate) };
  });
  after(() => folder[Symbol.dispose]());

  function configure(...lines: readonly string[]): string {
    const section = ['cert_file: server.pem', 'key_file: server.key', ...lines].map((line) => `  ${line}\n`).join('');
    use(first);
    return folder.write('web-config.yml', `tls_server_config:\n${section}`);
  }

  /** Puts a pair where the configuration looks for it. */
  function use({ certificate, key }: KeyPair): void {
    copyFileSync(certificate, join(folder.path, 'server.pem'));
    copyFileSync(key, join(folder.path, 'server.key'));
  }

  async function serialOf(server: WebServer): Promise<string | undefined> {
    return (await server.ask({ tls: trusting })).serial;
  }

  it('speaks TLS 1.3 and 1.2, and nothing older or plain', async () => {
    await using server = await serveBy(configure(), now);
    strictEqual(server.isTls, true);
    strictEqual((await server.ask({ tls: trusting })).protocol, 'TLSv1.3');
    strictEqual((await server.ask({ tls: { ...trusting, maxVersion: 'TLSv1.2' } })).protocol, 'TLSv1.2');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await rejects(server.ask({ tls: { ...trusting, ...old } }));
    const socket = connectPlain(server.port, 'localhost').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket.resume(), 'close');
    strictEqual(server.served(), 2);
  });

  it('min_version and max_version are its bounds', async () => {
    const newest = configure('min_version: TLS13');
    await using only13 = await serveBy(newest, now);
    await rejects(only13.ask({ tls: { ...trusting, maxVersion: 'TLSv1.2' } }));
    await using only12 = await serveBy(configure('max_version: TLS12'), now);
    strictEqual((await only12.ask({ tls: trusting })).protocol, 'TLSv1.2');
  });

  it('cipher_suites are what it takes for TLS 1.2, and TLS 1.3 stays whole', async () => {
    const path = configure('cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]');
    await using server = await serveBy(path, now);
    const tls12 = await server.ask({ tls: { ...trusting, maxVersion: 'TLSv1.2' } });
    strictEqual(tls12.cipher, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384');
    const other = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' } as const;
    await rejects(server.ask({ tls: { ...trusting, ...other } }));
    const tls13 = await server.ask({ tls: { ...trusting, ciphers: 'TLS_AES_128_GCM_SHA256' } });
    strictEqual(tls13.cipher, 'TLS_AES_128_GCM_SHA256');
  });

  for (const [preference, chosen] of [
    ['true', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
    ['false', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  ] as const) {
    it(`prefer_server_cipher_suites of ${preference} decides whose order counts`, async () => {
      const suites =
        'cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]';
      await using server = await serveBy(configure(suites, `prefer_server_cipher_suites: ${preference}`), now);
      const ciphers = 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384';
      strictEqual((await server.ask({ tls: { ...trusting, maxVersion: 'TLSv1.2', ciphers } })).cipher, chosen);
    });
  }

  it('curve_preferences are the only curves', async () => {
    await using server = await serveBy(configure('curve_preferences: [CurveP384]'), now);
    strictEqual((await server.ask({ tls: { ...trusting, ecdhCurve: 'P-384' } })).status, 200);
    await rejects(server.ask({ tls: { ...trusting, ecdhCurve: 'X25519' } }));
  });

  it('HTTP/1.1 is what it agrees on, whether http2 is allowed or not', async () => {
    await using server = await serveBy(configure(), now);
    const options = { ...trusting, port: server.port, host: 'localhost', ALPNProtocols: ['h2', 'http/1.1'] };
    const socket = connect(options);
    await once(socket, 'secureConnect');
    strictEqual(socket.alpnProtocol, 'http/1.1');
    socket.destroy();
  });

  it('certificate and key may be inline', async () => {
    const text = `tls_server_config:\n  cert: ${inlinePem(first.certificate)}\n  key: ${inlinePem(first.key)}\n`;
    await using server = await serveBy(folder.write('inline.yml', text), now);
    strictEqual((await server.ask({ tls: trusting })).status, 200);
  });

  it('a replaced pair is met by the next handshake, without a restart', async () => {
    await using server = await serveBy(configure(), now);
    const atFirst = await serialOf(server);
    use(second);
    strictEqual(await serialOf(server), atFirst, 'not looked at twice in a second');
    nowMs += 1000;
    notStrictEqual(await serialOf(server), atFirst);
  });

  it('a swapped link is noticed, as Kubernetes replaces secrets', async () => {
    for (const [name, pair] of Object.entries({ one: first, two: second })) {
      mkdirSync(join(folder.path, name));
      copyFileSync(pair.certificate, join(folder.path, name, 'tls.crt'));
      copyFileSync(pair.key, join(folder.path, name, 'tls.key'));
    }
    symlinkSync('one', join(folder.path, 'data'));
    const text = 'tls_server_config: {cert_file: data/tls.crt, key_file: data/tls.key}';
    await using server = await serveBy(folder.write('links.yml', text), now);
    const atFirst = await serialOf(server);
    symlinkSync('two', join(folder.path, 'data-new'));
    renameSync(join(folder.path, 'data-new'), join(folder.path, 'data'));
    nowMs += 1000;
    notStrictEqual(await serialOf(server), atFirst);
  });

  it('a broken replacement leaves the old pair in service, with one warning, until a good one comes', async (context) => {
    const warnings = takeWarnings(context);
    const path = configure();
    await using server = await serveBy(path, now);
    const atFirst = await serialOf(server);
    const key = join(folder.path, 'server.key');
    copyFileSync(second.key, key);
    for (let handshake = 0; handshake < 3; handshake += 1) {
      nowMs += 1000;
      strictEqual(await serialOf(server), atFirst);
    }
    rmSync(key);
    nowMs += 1000;
    strictEqual(await serialOf(server), atFirst);
    deepStrictEqual(warnings, [
      `flowmeter: Prometheus endpoint: ${path}: tls_server_config.key_file is ${JSON.stringify(key)}, which is not the key of the certificate in tls_server_config.cert_file; the certificates from before stay in use`,
      `flowmeter: Prometheus endpoint: ${path}: tls_server_config.key_file is ${JSON.stringify(key)}, which cannot be read (ENOENT); allowed is the path of a readable PEM file; the certificates from before stay in use`,
    ]);
    use(second);
    nowMs += 1000;
    notStrictEqual(await serialOf(server), atFirst);
    strictEqual(warnings.length, 2);
  });

  it('a replaced client authority is met by the next handshake', async () => {
    const other = new Authority(folder.path, 'other');
    const mine = authority.issue('mine', { usage: 'clientAuth' });
    const client = { ...trusting, cert: readFileSync(mine.certificate), key: readFileSync(mine.key) };
    const clients = join(folder.path, 'clients.pem');
    copyFileSync(authority.certificate, clients);
    const path = configure('client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: clients.pem');
    await using server = await serveBy(path, now);
    strictEqual((await server.ask({ tls: client })).status, 200);
    copyFileSync(other.certificate, clients);
    nowMs += 1000;
    await rejects(server.ask({ tls: client }));
    strictEqual(server.served(), 1);
  });

  it('an expired certificate is served, with a warning', async (context) => {
    const warnings = takeWarnings(context);
    authority.issue('expired', { validity: ['-days', '-1'] });
    const text = 'tls_server_config: {cert_file: expired.pem, key_file: expired.key}';
    await using server = await serveBy(folder.write('expired.yml', text), now);
    strictEqual((await server.ask({ tls: { ...trusting, rejectUnauthorized: false } })).status, 200);
    strictEqual(warnings.length, 1);
    match(warnings[0] ?? '', /expired\.pem", where "CN=localhost" is valid from .* to .* only$/);
  });

  for (const [what, text] of [
    ['without a section', '# nothing\n'],
    ['with an empty section', 'basic_auth_users:\n'],
    ['with empty sections', 'tls_server_config: {}\nbasic_auth_users: {}\n'],
  ] as const) {
    it(`a file ${what} opens the endpoint to all, with a warning`, async (context) => {
      const warnings = takeWarnings(context);
      const path = folder.write('empty.yml', text);
      await using server = await serveBy(path, now);
      strictEqual(server.isTls, false);
      strictEqual((await server.ask()).status, 200);
      deepStrictEqual(warnings, [
        `flowmeter: Prometheus endpoint: ${path}: sets neither TLS nor users: the endpoint is open to all`,
      ]);
    });
  }
});
