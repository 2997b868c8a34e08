/** OTEL_EXPORTER_OTLP_CERTIFICATE, _CLIENT_CERTIFICATE and _CLIENT_KEY, over HTTP and gRPC. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { after, before, describe, it } from 'node:test';
import { ServerCredentials } from '@grpc/grpc-js';
import { createConveyor } from 'flowmeter/conveyor';
import { hasOpenssl, makeCertificates, serverOptions, type Certificates } from './support/certificates.ts';
import { startGrpcCollector } from './support/grpc-collector.ts';
import { startRawCollector } from './support/raw-collector.ts';
import { startedWith } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';

const OTLP_ONLY = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_TIMEOUT: '2000' };
const skip = !hasOpenssl() && 'openssl is not installed';
const conveyor = createConveyor();
let certificates: Certificates;

before(() => {
  if (skip === false) certificates = makeCertificates('flowmeter-client');
});
after(() => {
  if (skip === false) rmSync(certificates.folder, { recursive: true });
});

describe('a push over TLS', { skip }, () => {
  for (const prefix of ['OTEL_EXPORTER_OTLP_', 'OTEL_EXPORTER_OTLP_METRICS_']) {
    it(`trusts the authority and shows the client certificate of ${prefix}…`, async (context) => {
      const { lines } = takeStderr(context);
      await using collector = await startRawCollector(serverOptions(certificates));
      await using handle = await startedWith({
        ...OTLP_ONLY,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        [`${prefix}CERTIFICATE`]: certificates.authority,
        [`${prefix}CLIENT_CERTIFICATE`]: certificates.client.certificate,
        [`${prefix}CLIENT_KEY`]: certificates.client.key,
      });
      conveyor.recordRetryEvents('s');
      await handle.forceFlush();
      strictEqual(lines.length, 1, lines.join('\n'));
      deepStrictEqual(
        collector.requests.map(({ client }) => client),
        ['flowmeter-client'],
      );
    });
  }

  it('shows no certificate where only the authority is given', async () => {
    await using collector = await startRawCollector(serverOptions(certificates));
    await using handle = await startedWith({
      ...OTLP_ONLY,
      OTEL_LOG_LEVEL: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificates.authority,
    });
    conveyor.recordRetryEvents('s');
    await handle.forceFlush();
    deepStrictEqual(
      collector.requests.map(({ client }) => client),
      [undefined],
    );
  });

  it('does not trust an authority that it was not told of', async (context) => {
    const { lines } = takeStderr(context);
    await using collector = await startRawCollector(serverOptions(certificates));
    await using handle = await startedWith({ ...OTLP_ONLY, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    conveyor.recordRetryEvents('s');
    await handle.forceFlush();
    strictEqual(collector.requests.length, 0);
    strictEqual(lines.length, 2, lines.join('\n'));
    match(lines[1] ?? '', /fails \(.*certificate.*\); recording goes on/);
  });

  it('fails with one line where the file of the authority holds something else', async (context) => {
    const { lines } = takeStderr(context);
    const garbage = join(certificates.folder, 'garbage.pem');
    writeFileSync(garbage, '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n');
    await using collector = await startRawCollector(serverOptions(certificates));
    await using handle = await startedWith({
      ...OTLP_ONLY,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_CERTIFICATE: garbage,
    });
    conveyor.recordRetryEvents('s');
    for (let push = 0; push < 3; push += 1) await handle.forceFlush();
    strictEqual(collector.requests.length, 0);
    strictEqual(lines.length, 2, lines.join('\n'));
    match(lines[1] ?? '', /^flowmeter: OTLP push to \S+ fails \(/);
  });

  it('works by gRPC, with the client certificate', async (context) => {
    const { lines } = takeStderr(context);
    const pair = {
      cert_chain: readFileSync(certificates.server.certificate),
      private_key: readFileSync(certificates.server.key),
    };
    // Without a client certificate this server takes no connection.
    const credentials = ServerCredentials.createSsl(readFileSync(certificates.authority), [pair], true);
    await using collector = await startGrpcCollector(credentials);
    await using handle = await startedWith({
      ...OTLP_ONLY,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${collector.port}`,
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificates.authority,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certificates.client.certificate,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: certificates.client.key,
    });
    conveyor.recordRetryEvents('s');
    await handle.forceFlush();
    strictEqual(lines.length, 1, lines.join('\n'));
    strictEqual(collector.calls.length, 1);
  });
});

/** sdk-metrics' own engine can only be waited for, which `process.exit()` does not. */
const isStock = process.env['FLOWMETER_ENGINE'] === 'sdk';

/** How an application trusts what no variable of OpenTelemetry's names: by what it is run with, or by what it does. */
const WAYS_TO_TRUST: Readonly<Record<string, { node?: string; env?: Record<string, string>; isThere?: boolean }>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  'a NODE_TLS_REJECT_UNAUTHORIZED of its own': { node: `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';` },
  'tls.setDefaultCACertificates()': {
    node: `require('node:tls').setDefaultCACertificates([require('node:fs').readFileSync(process.env.AUTHORITY, 'utf8')]);`,
    isThere: 'setDefaultCACertificates' in tls,
  },
};

describe('the last push at process.exit() trusts whom the application trusts by', { skip: skip || isStock }, () => {
  for (const [way, { node = '', env = {}, isThere = true }] of Object.entries(WAYS_TO_TRUST)) {
    for (const protocol of ['http/protobuf', 'grpc']) {
      it(`${way}, by ${protocol}`, { skip: !isThere && 'this Node does not have it' }, async () => {
        const { certificate, key } = certificates.server;
        const pair = { private_key: readFileSync(key), cert_chain: readFileSync(certificate) };
        await using http = await startRawCollector({ key: pair.private_key, cert: pair.cert_chain });
        await using grpc = await startGrpcCollector(ServerCredentials.createSsl(null, [pair]));
        const url = protocol === 'grpc' ? `https://localhost:${grpc.port}` : http.url;
        const code = `${node} require('flowmeter/conveyor').recordRetryEvents('s'); process.exit(3)`;
        const { code: exitCode, stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', code], {
          env: {
            ...env,
            OTEL_METRICS_EXPORTER: 'otlp',
            OTEL_EXPORTER_OTLP_ENDPOINT: url,
            OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
            AUTHORITY: certificates.authority,
          },
        });
        strictEqual(exitCode, 3);
        strictEqual(http.requests.length + grpc.receiver.requests.length, 1, stderr.join('\n'));
      });
    }
  }
});
