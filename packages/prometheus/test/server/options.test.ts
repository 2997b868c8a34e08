/** Options that are not allowed are told of before anything is opened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrometheusServer } from '../../src/server/endpoint-server.ts';
import { createHandler } from '../../src/server/handler.ts';
import { Health } from '../../src/server/health.ts';
import { nodeHandler } from '../../src/server/node-handler.ts';
import type { HandlerOptions } from '../../src/server/handler-options.ts';
import type { PrometheusServerOptions } from '../../src/server/server-options.ts';
import { fakeSource } from './support/fake-source.ts';
import { serving } from './support/serving.ts';

const source = fakeSource('up 1\n');

const HOST = "allowed is a name or an IP address, such as 'localhost'";
const NAMES = 'host, port, health, createHttpServer, authorize, limits, close';
const PORT = 'allowed is a whole number from 0 to 65535';
const PREFIX = "allowed is the beginning of a path, such as '/internal', or an empty text";
const MILLISECONDS = 'allowed is a whole number from 1 to 2147483647';

for (const [options, message] of [
  [undefined, `the options are undefined; allowed is an object of ${NAMES}`],
  [{ port: 9464 }, `host is undefined; ${HOST}`],
  [{ host: '', port: 9464 }, `host is ""; ${HOST}`],
  [{ host: 1n, port: 9464 }, `host is 1n; ${HOST}`],
  [{ host: 'localhost' }, `port is undefined; ${PORT}`],
  [{ host: 'localhost', port: '9464' }, `port is "9464"; ${PORT}`],
  [{ host: 'localhost', port: NaN }, `port is NaN; ${PORT}`],
  [{ host: 'localhost', port: 65_536 }, `port is 65536; ${PORT}`],
  [{ host: 'localhost', port: 1.5 }, `port is 1.5; ${PORT}`],
  [{ host: 'localhost', port: 9464n }, `port is 9464n; ${PORT}`],
  [{ host: 'localhost', port: 0, health: true }, 'health is true; allowed is a Health'],
  [{ host: 'localhost', port: 0, health: {} }, 'health is {}; allowed is a Health'],
  [{ host: 'localhost', port: 0, authorize: 'no' }, 'authorize is "no"; allowed is a function'],
  [{ host: 'localhost', port: 0, createHttpServer: null }, 'createHttpServer is null; allowed is a function'],
  [{ host: 'localhost', port: 0, Limits: {} }, `Limits is not an option; allowed are ${NAMES}`],
  [{ host: 'localhost', port: 0, limits: 5 }, 'limits is 5; allowed is an object of limits'],
  [
    { host: 'localhost', port: 0, limits: { headerMs: 5 } },
    'limits.headerMs is not an option; allowed are headersMs, idleMs, stallMs, responseMs, connections',
  ],
  [{ host: 'localhost', port: 0, limits: { idleMs: 0 } }, `limits.idleMs is 0; ${MILLISECONDS}`],
  [{ host: 'localhost', port: 0, limits: { stallMs: Infinity } }, `limits.stallMs is Infinity; ${MILLISECONDS}`],
  [{ host: 'localhost', port: 0, limits: { responseMs: -1 } }, `limits.responseMs is -1; ${MILLISECONDS}`],
  [{ host: 'localhost', port: 0, limits: { headersMs: '5' } }, `limits.headersMs is "5"; ${MILLISECONDS}`],
  [
    { host: 'localhost', port: 0, limits: { connections: 0 } },
    'limits.connections is 0; allowed is a whole number from 1 to 1000000',
  ],
] as const) {
  test(`a server is refused where ${message}`, () => {
    assert.throws(() => new PrometheusServer(source, options as unknown as PrometheusServerOptions), {
      name: 'TypeError',
      message,
    });
  });
}

for (const [options, message] of [
  [{ prefix: 5 }, `prefix is 5; ${PREFIX}`],
  [{ prefixx: '/a' }, 'prefixx is not an option; allowed are health, prefix'],
  ['/internal', 'the options are "/internal"; allowed is an object of health, prefix'],
  [{ health: null }, 'health is null; allowed is a Health'],
] as const) {
  for (const create of [createHandler, nodeHandler]) {
    test(`${create.name} refuses ${message}`, () => {
      assert.throws(() => create(source, options as unknown as HandlerOptions), { name: 'TypeError', message });
    });
  }
}

test('an option that is undefined is as if it were not there', async () => {
  const limits = { headersMs: undefined, connections: undefined };
  const options = { health: undefined, authorize: undefined, createHttpServer: undefined, limits };
  await using server = await serving(source, options as unknown as Partial<PrometheusServerOptions>);
  assert.equal((await fetch(`${server.origin}/metrics`)).status, 200);
});

test('a server takes all options that there are', async () => {
  await using server = await serving(source, {
    health: new Health(),
    authorize: async () => true,
    limits: { headersMs: 1000, idleMs: 1000, stallMs: 1000, responseMs: 1000, connections: 1 },
  });
  assert.equal((await fetch(`${server.origin}/metrics`)).status, 200);
});
