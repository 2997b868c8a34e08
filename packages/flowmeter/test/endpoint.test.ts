import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { createConveyor } from 'flowmeter/conveyor';
import { fixture, REGISTER_FROM_SOURCE, startApp } from '../../../test/support/child-app.ts';
import { scrape } from '../../../test/support/prometheus-text.ts';
import type { StartOptions } from 'flowmeter';
import { Health, type ScrapeSource } from '@flowmeter/prometheus';
import type { PrometheusConfiguration } from '../src/configuration/prometheus-configuration.ts';
import { readConfiguration } from '../src/configuration/read-configuration.ts';
import type { Environment } from '../src/configuration/settings.ts';
import { withOptions } from '../src/configuration/start-options.ts';
import { createPrometheusEndpoint } from '../src/metrics/prometheus-endpoint.ts';
import { SCRAPED_ONLY, started } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

const conveyor = createConveyor();
const NO_METRICS: ScrapeSource = { render: async () => [], overview: async () => [] };

describe('the endpoint', () => {
  it('answers GET with text that Prometheus reads, whatever is unknown of the query', async () => {
    await using handle = await started(SCRAPED_ONLY);
    conveyor.recordRecordsReceived('s', 1);
    const response = await fetch(`${handle.url}?nonsense=up`);
    strictEqual(response.status, 200);
    match(response.headers.get('content-type') ?? '', /^text\/plain/);
    match(await response.text(), /^conveyor_router_records_received_total\{source_id="s"\} 1$/m);
  });

  it('answers HEAD without a body', async () => {
    await using handle = await started(SCRAPED_ONLY);
    const response = await fetch(handle.url, { method: 'HEAD' });
    deepStrictEqual([response.status, await response.text()], [200, '']);
  });

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    it(`refuses ${method} with 405 and what is allowed`, async () => {
      await using handle = await started(SCRAPED_ONLY);
      const response = await fetch(handle.url, { method });
      deepStrictEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD']);
    });
  }

  for (const path of ['/metrics/', '/metric', '//metrics', '/favicon.ico']) {
    it(`answers 404 for ${path}, and says where metrics are`, async () => {
      await using handle = await started(SCRAPED_ONLY);
      const response = await fetch(handle.url.replace('/metrics', path));
      deepStrictEqual([response.status, await response.text()], [404, 'Not found. Metrics are at /metrics\n']);
    });
  }

  it('puts an IPv6 address into brackets', async (context) => {
    const probe = createServer().listen(0, '::1');
    const [event] = await Promise.race([once(probe, 'listening').then(() => ['listening']), once(probe, 'error')]);
    if (event !== 'listening') return context.skip('this machine has no IPv6');
    probe.close();
    await using handle = await started({ ...SCRAPED_ONLY, prometheus: { host: '::1', port: 0 } });
    match(handle.url, /^http:\/\/\[::1\]:\d+\/metrics$/);
    strictEqual((await fetch(handle.url)).status, 200);
  });
});

describe('an endpoint that cannot be opened', () => {
  /** What is configured by options over variables. */
  function configured(options: StartOptions, variables: Environment = {}): PrometheusConfiguration {
    const { environment, optionNames } = withOptions({ OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...variables }, options);
    return readConfiguration(environment, optionNames).configuration.prometheus;
  }

  it('is one line with the port and the variable; the application and the push go on', async () => {
    await using receiver = await startOtlpReceiver();
    const other = createServer();
    await once(other.listen(0, 'localhost'), 'listening');
    const { port } = other.address() as AddressInfo;
    await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], {
      env: { OTEL_EXPORTER_PROMETHEUS_PORT: String(port), OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
    const { code, stderr } = await app.end();
    other.close();
    strictEqual(code, 0);
    deepStrictEqual(stderr, [
      `flowmeter: the Prometheus endpoint is not open: port ${port} on localhost is in use; set OTEL_EXPORTER_PROMETHEUS_PORT to another one, or to 0 for any free one`,
      `flowmeter: OTLP push to ${receiver.url}/v1/metrics (http/protobuf) every 60 s`,
    ]);
    ok(receiver.metrics().length > 0);
  });

  it('is one line with the port and the option, where that was given', async (context) => {
    const { lines } = takeStderr(context);
    await using first = await started(SCRAPED_ONLY);
    const port = Number(new URL(first.url).port);
    const endpoint = createPrometheusEndpoint(NO_METRICS, configured({ prometheus: { port } }), new Health());
    await rejects(endpoint.listen(), {
      message: `port ${port} on localhost is in use; set prometheus.port to another one, or to 0 for any free one`,
    });
    deepStrictEqual(lines, []);
  });

  for (const [host, told] of [
    ['fe80::1', /^fe80::1 (?:is not an address|cannot be made out as an address) of this machine/],
    ['a..b', /^a\.\.b (?:is not an address|cannot be made out as an address) of this machine/],
  ] as const) {
    it(`is one line with the variable, where the host is ${host}`, async () => {
      const endpoint = createPrometheusEndpoint(
        NO_METRICS,
        configured({}, { OTEL_EXPORTER_PROMETHEUS_HOST: host }),
        new Health(),
      );
      await rejects(endpoint.listen(), ({ message }: Error) => {
        match(message, told);
        match(message, /; set OTEL_EXPORTER_PROMETHEUS_HOST to one, or to 0\.0\.0\.0 for all$/);
        return true;
      });
    });
  }

  it('is one line with the host and the variable, where the host is not this machine', async () => {
    await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], {
      // An address for documentation, which no machine has (RFC 5737).
      env: { OTEL_EXPORTER_PROMETHEUS_HOST: '203.0.113.1', OTEL_METRICS_EXPORTER: 'prometheus' },
    });
    const { code, stderr } = await app.end();
    strictEqual(code, 0);
    deepStrictEqual(stderr, [
      'flowmeter: the Prometheus endpoint is not open: 203.0.113.1 is not an address of this machine; set OTEL_EXPORTER_PROMETHEUS_HOST to one, or to 0.0.0.0 for all',
      'flowmeter: no metrics leave the process',
    ]);
  });
});

describe('the process ends in spite of', { concurrency: 2 }, () => {
  const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_METRICS_EXPORTER: 'prometheus' };

  it('a scraper that keeps its connection', async () => {
    await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], { env });
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(get(await app.prometheusUrl(), { agent }), 'response')) as [NodeJS.ReadableStream];
    await once(response.resume(), 'end');
    strictEqual(Object.keys(agent.freeSockets).length, 1, 'the connection is open');
    const { code, stderr } = await app.end();
    agent.destroy();
    deepStrictEqual([code, stderr.length], [0, 1]);
  });

  it('a connection that never asks for anything, and a request that is never finished', async () => {
    await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], { env });
    const { port, hostname } = new URL(await app.prometheusUrl());
    const sockets = [connect(Number(port), hostname), connect(Number(port), hostname)];
    for (const socket of sockets) socket.on('error', () => {});
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    sockets[1]?.write('GET /metrics HTTP/1.1\r\n');
    // Answered after the connections above were taken.
    await scrape(await app.prometheusUrl());
    const { code, stderr } = await app.end();
    for (const socket of sockets) socket.destroy();
    deepStrictEqual([code, stderr.length], [0, 1]);
  });
});
