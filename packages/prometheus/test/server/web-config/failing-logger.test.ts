/** What becomes of the endpoint where the application's logger throws. */
import { strictEqual } from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { createAuthorizer } from '../../../src/server/web-config/authorizer.ts';
import { BcryptWorker } from '../../../src/server/web-config/bcrypt-worker.ts';
import { Authority, withoutOpenssl } from './support/authority.ts';
import { verdictOn } from './support/exchange.ts';
import { Folder } from './support/folder.ts';
import { basic, serveBy } from './support/web-server.ts';

describe('a logger that fails', () => {
  const folder = new Folder();
  let told = 0;
  before(() => {
    const fail = (): never => {
      told += 1;
      throw new Error('the logger is closed');
    };
    const logger = { error: fail, warn: fail, info: fail, debug: fail, verbose: fail };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  });
  after(() => {
    diag.disable();
    folder[Symbol.dispose]();
  });

  it('does not keep a file from being opened that is warned of', async () => {
    told = 0;
    await using server = await serveBy(folder.write('empty.yml', ''));
    strictEqual((await server.ask()).status, 200);
    strictEqual(told, 1);
  });

  it(
    'does not keep a connection from being served after certificates that cannot be used',
    { skip: withoutOpenssl },
    async () => {
      let nowMs = 0;
      const authority = new Authority(folder.path, 'authority');
      const first = authority.issue('first');
      const second = authority.issue('second');
      copyFileSync(first.certificate, join(folder.path, 'server.pem'));
      copyFileSync(first.key, join(folder.path, 'server.key'));
      const path = folder.write('tls.yml', 'tls_server_config: {cert_file: server.pem, key_file: server.key}');
      await using server = await serveBy(path, () => nowMs);
      copyFileSync(second.key, join(folder.path, 'server.key'));
      nowMs = 1000;
      told = 0;
      strictEqual((await server.ask({ tls: { ca: readFileSync(authority.certificate) } })).status, 200);
      strictEqual(told, 1);
    },
  );

  it('does not keep a password that is too long from being refused', async () => {
    told = 0;
    const authorize = createAuthorizer(new Map([['alice', `$2y$04$${'a'.repeat(53)}`]]), async () => true);
    strictEqual(await verdictOn(authorize, basic('alice', 'x'.repeat(73))), 401);
    strictEqual(told, 1);
  });

  it('does not harm who compares passwords where the thread fails', async () => {
    told = 0;
    const hold = setInterval(() => {}, 60_000);
    const worker = new BcryptWorker();
    // What is no hash is an error in the thread.
    strictEqual(await worker.compare('right', undefined as unknown as string), undefined);
    clearInterval(hold);
    strictEqual(told, 1);
  });
});
