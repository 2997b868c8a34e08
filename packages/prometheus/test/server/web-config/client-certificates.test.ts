/** What each `client_auth_type` lets in, by real handshakes; and `client_allowed_sans`. */
import { rejects, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { Authority, withoutOpenssl, type KeyPair } from './support/authority.ts';
import { Folder } from './support/folder.ts';
import { serveBy } from './support/web-server.ts';

const CLIENTS = ['none', 'ours', 'foreign'] as const;

/** Whom each type lets in. */
const ADMITTED = {
  NoClientCert: ['none', 'ours', 'foreign'],
  RequestClientCert: ['none', 'ours', 'foreign'],
  RequireAnyClientCert: ['ours', 'foreign'],
  VerifyClientCertIfGiven: ['none', 'ours'],
  RequireAndVerifyClientCert: ['ours'],
} as const satisfies Record<string, readonly (typeof CLIENTS)[number][]>;

describe('client certificates', { skip: withoutOpenssl }, () => {
  const folder = new Folder();
  let ours: Authority;
  let foreign: Authority;
  let identities: Record<(typeof CLIENTS)[number], ConnectionOptions>;

  before(() => {
    ours = new Authority(folder.path, 'ours');
    foreign = new Authority(folder.path, 'foreign');
    ours.issue('server');
    const names = [
      'DNS = scraper.example',
      'IP.1 = ::1',
      'IP.2 = 10.0.0.1',
      'email = ops@example.org',
      'URI = spiffe://example/a,b',
    ];
    identities = {
      none: toClient(undefined),
      ours: toClient(ours.issue('client', { names, usage: 'clientAuth' })),
      foreign: toClient(foreign.issue('stranger', { names, usage: 'clientAuth' })),
    };
  });
  after(() => folder[Symbol.dispose]());

  function toClient(pair: KeyPair | undefined): ConnectionOptions {
    const ca = readFileSync(ours.certificate);
    return pair === undefined ? { ca } : { ca, cert: readFileSync(pair.certificate), key: readFileSync(pair.key) };
  }

  function configure(...lines: readonly string[]): string {
    const section = ['cert_file: server.pem', 'key_file: server.key', ...lines].map((line) => `  ${line}\n`).join('');
    return folder.write('web-config.yml', `tls_server_config:\n${section}`);
  }

  for (const [type, admitted] of Object.entries(ADMITTED)) {
    const authority = type.includes('Verify') ? ['client_ca_file: ours.pem'] : [];
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      it(`${type} lets in over ${version}: ${admitted.join(', ')}`, async () => {
        await using server = await serveBy(configure(`client_auth_type: ${type}`, ...authority));
        let asked = 0;
        for (const client of CLIENTS) {
          const answer = server.ask({ tls: { ...identities[client], minVersion: version, maxVersion: version } });
          if (admitted.some((each) => each === client)) {
            asked += 1;
            strictEqual((await answer).status, 200, client);
          } else {
            await rejects(answer, { code: /^(?:ECONNRESET|ERR_SSL_.*|EPIPE|EPROTO)$/ }, client);
          }
          strictEqual(server.served(), asked, client);
        }
      });
    }
  }

  for (const client of ['none', 'ours'] as const) {
    it(`a session of a client with the certificate "${client}" is not resumed: its verdict would be an old one`, async () => {
      await using server = await serveBy(configure('client_auth_type: RequireAnyClientCert'));
      let session: Buffer | undefined;
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const resumption = session === undefined ? {} : { session };
        const socket = connect({ ...identities[client], ...resumption, port: server.port, host: 'localhost' });
        socket.on('session', (ticket: Buffer) => (session = ticket)).on('error', () => {});
        socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
        await once(socket, 'secureConnect');
        strictEqual(socket.isSessionReused(), false);
        await once(socket.resume(), 'close');
      }
      strictEqual(server.served(), client === 'none' ? 0 : 2);
    });
  }

  it('a certificate that is its own authority is enough as client_ca_file', async () => {
    const lone = ours.selfSigned('lone', ['keyUsage=digitalSignature', 'extendedKeyUsage=clientAuth']);
    await using server = await serveBy(
      configure('client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: lone.pem'),
    );
    strictEqual((await server.ask({ tls: toClient(lone) })).status, 200);
    await rejects(server.ask({ tls: identities.ours }));
  });

  it('a certificate that is not for clients is refused', async () => {
    const wrong = toClient(ours.issue('wrong-usage', { usage: 'serverAuth' }));
    await using server = await serveBy(
      configure('client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: ours.pem'),
    );
    await rejects(server.ask({ tls: wrong }));
    strictEqual(server.served(), 0);
  });

  for (const san of [
    'scraper.example',
    '::1',
    '0:0:0:0:0:0:0:1',
    '10.0.0.1',
    'ops@example.org',
    '"spiffe://example/a,b"',
  ]) {
    it(`client_allowed_sans lets in a client certificate for ${san}`, async () => {
      const path = configure(
        'client_auth_type: RequireAndVerifyClientCert',
        'client_ca_file: ours.pem',
        `client_allowed_sans: [other.example, ${san.includes('"') ? san : `'${san}'`}]`,
      );
      await using server = await serveBy(path);
      strictEqual((await server.ask({ tls: identities.ours })).status, 200);
    });
  }

  for (const san of ['example', '*.example', 'SCRAPER.EXAMPLE', 'client', '10.0.0.10', 'spiffe://example/a']) {
    it(`client_allowed_sans of ${san} lets nobody in who merely resembles it`, async () => {
      const path = configure(
        'client_auth_type: RequireAndVerifyClientCert',
        'client_ca_file: ours.pem',
        `client_allowed_sans: ['${san}']`,
      );
      await using server = await serveBy(path);
      await rejects(server.ask({ tls: identities.ours }));
      strictEqual(server.served(), 0);
    });
  }
});
