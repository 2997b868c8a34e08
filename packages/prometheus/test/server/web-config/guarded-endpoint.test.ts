/** Basic authentication, headers and rate limit, over HTTP. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { hashSync } from 'bcryptjs';
import { readWebConfig } from '../../../src/server/web-config/read-web-config.ts';
import { Folder } from './support/folder.ts';
import { basic, serveBy } from './support/web-server.ts';

const HASH = hashSync('right', 4);

describe('a guarded endpoint', () => {
  const folder = new Folder();
  after(() => folder[Symbol.dispose]());
  const configure = (text: string): string => folder.write('web-config.yml', text);

  it('lets in who has the password', async () => {
    await using server = await serveBy(configure(`basic_auth_users: {alice: ${HASH}, 007: ${HASH}}`));
    const answer = await server.ask({ authorization: basic('alice', 'right') });
    deepStrictEqual([answer.status, answer.body], [200, 'metrics']);
    strictEqual((await server.ask({ authorization: basic('007', 'right') })).status, 200);
  });

  it('says the same to all others, and no more than that', async () => {
    await using server = await serveBy(configure(`basic_auth_users: {alice: ${HASH}}`));
    const headers = [
      undefined,
      basic('alice', 'wrong'),
      basic('nobody', 'right'),
      basic('__proto__', 'right'),
      'Basic =',
      'Bearer x',
    ];
    for (const authorization of headers) {
      const { status, body, headers: sent } = await server.ask(authorization === undefined ? {} : { authorization });
      deepStrictEqual([status, body, sent['www-authenticate']], [401, 'Unauthorized\n', 'Basic'], authorization);
    }
    strictEqual(server.served(), 0);
  });

  it('asks nobody where there are no users', async () => {
    await using server = await serveBy(configure('basic_auth_users: {}\nhttp_server_config:\n'));
    strictEqual((await server.ask()).status, 200);
  });

  it('sends the headers with every answer', async () => {
    const text = `
basic_auth_users: {alice: ${HASH}}
http_server_config:
  http2: true
  headers:
    Strict-Transport-Security: max-age=31536000
    X-Content-Type-Options: nosniff
    X-Frame-Options: deny
    X-XSS-Protection: ''
    Content-Security-Policy: default-src 'self'
`;
    await using server = await serveBy(configure(text));
    for (const authorization of [basic('alice', 'right'), basic('alice', 'wrong')]) {
      const { headers } = await server.ask({ authorization });
      strictEqual(headers['strict-transport-security'], 'max-age=31536000');
      strictEqual(headers['x-content-type-options'], 'nosniff');
      strictEqual(headers['x-frame-options'], 'deny');
      strictEqual(headers['x-xss-protection'], undefined);
      strictEqual(headers['content-security-policy'], "default-src 'self'");
    }
  });

  it('takes a burst of requests, and one more each interval', async () => {
    let nowMs = 0;
    await using server = await serveBy(configure('rate_limit: {interval: 1m30s, burst: 2}'), () => nowMs);
    const statuses: (number | undefined)[] = [];
    for (const elapsedMs of [0, 0, 0, 89_999, 1, 0, 900_000, 0, 0]) {
      nowMs += elapsedMs;
      statuses.push((await server.ask()).status);
    }
    deepStrictEqual(statuses, [200, 200, 429, 429, 200, 429, 200, 200, 429]);
  });

  for (const [duration, intervalMs] of Object.entries({
    '1s': 1000,
    '1.5h': 5_400_000,
    '250us': 0.25,
    '1m2s3ms': 62_003,
  })) {
    it(`an interval of ${duration} is ${intervalMs} ms`, async () => {
      const { rateLimit } = await readWebConfig(configure(`rate_limit: {interval: ${duration}, burst: 3}`));
      deepStrictEqual(rateLimit, { intervalMs, burst: 3 });
    });
  }

  it('an interval of 0 is no limit', async () => {
    strictEqual((await readWebConfig(configure('rate_limit: {interval: 0, burst: 0}'))).rateLimit, undefined);
    strictEqual((await readWebConfig(configure('rate_limit: {interval: 0s}'))).rateLimit, undefined);
  });
});
