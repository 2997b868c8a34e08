/** What is secret in the environment is not on stderr, whatever is said there. */
import { match, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { fixture, REGISTER_FROM_SOURCE, startApp } from '../../../test/support/child-app.ts';

const SECRET = 'hunter2-s3cr3t';
const NO_COLLECTOR = 'localhost:1';

/** Each with what the lines have to show instead, so that silence does not pass. */
const CASES: Readonly<Record<string, { env: Record<string, string>; shown: RegExp }>> = {
  'the password of an endpoint': {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${SECRET}@${NO_COLLECTOR}` },
    shown: /OTLP push to http:\/\/localhost:1\/v1\/metrics fails/,
  },
  'the password of an endpoint for gRPC': {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${SECRET}@${NO_COLLECTOR}`, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    shown: /OTLP push to http:\/\/localhost:1 fails/,
  },
  'the password of an endpoint that is not allowed': {
    env: { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `ftp://user:${SECRET}@host` },
    shown: /OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is ".*allowed is/,
  },
  'the password of an endpoint without a scheme': {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `user:${SECRET}@host:4318` },
    shown: /OTEL_EXPORTER_OTLP_ENDPOINT is ".*allowed is/,
  },
  'the password of an endpoint that cannot be parsed': {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${SECRET}@host:port` },
    shown: /OTEL_EXPORTER_OTLP_ENDPOINT is ".*allowed is/,
  },
  'the password of a prometheus host that is a URL': {
    env: { OTEL_EXPORTER_PROMETHEUS_HOST: `http://user:${SECRET}@host` },
    shown: /OTEL_EXPORTER_PROMETHEUS_HOST is ".*allowed is/,
  },
  'the value of a header': {
    env: {
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${SECRET}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${NO_COLLECTOR}`,
    },
    shown: /OTLP push to .* fails/,
  },
  'what stands in the place of a user and a password': {
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: `user:${SECRET}@9464`, OTEL_METRICS_EXPORTER: 'otlp' },
    shown: /OTEL_EXPORTER_PROMETHEUS_PORT is "user:\*\*\*@9464"; allowed is/,
  },
  'the value of a malformed list of headers': {
    env: { OTEL_EXPORTER_OTLP_HEADERS: `Bearer ${SECRET}`, OTEL_EXPORTER_OTLP_METRICS_HEADERS: `a=%,b=${SECRET}` },
    shown: /OTEL_EXPORTER_OTLP_HEADERS is "\(not shown\)"; allowed is a list/,
  },
  'the value of a header that HTTP does not allow': {
    env: {
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=${SECRET}%0A`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${NO_COLLECTOR}`,
    },
    shown: /^flowmeter: metrics at/m,
  },
};

describe('stderr does not show, at any level,', { concurrency: 2 }, () => {
  for (const [secret, { env, shown }] of Object.entries(CASES)) {
    it(secret, async () => {
      await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], {
        // Without time for a second try: nobody listens.
        env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_OTLP_TIMEOUT: '500', OTEL_LOG_LEVEL: 'all', ...env },
      });
      const { code, stderr } = await app.end();
      strictEqual(code, 0);
      const text = stderr.join('\n');
      match(text, shown);
      ok(!text.includes(SECRET), text);
      ok(!text.includes(Buffer.from(`user:${SECRET}`).toString('base64')), text);
    });
  }
});

it('the secrets are sent, to where they belong', async () => {
  await using receiver = await startOtlpReceiver();
  await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], {
    env: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url.replace('//', `//user:${SECRET}@`),
      OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${SECRET}`,
    },
  });
  const { stderr } = await app.end();
  strictEqual(stderr.length, 1, stderr.join('\n'));
  strictEqual(receiver.requests[0]?.headers['x-api-key'], SECRET);
  strictEqual(receiver.requests[0]?.headers.authorization, `Basic ${btoa(`user:${SECRET}`)}`);
});
