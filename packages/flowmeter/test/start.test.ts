import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { startOtlpReceiver, type OtlpRequest } from '@flowmeter-examples/otlp-receiver';
import { createConveyor } from 'flowmeter/conveyor';
import { createKrafka } from 'flowmeter/krafka';
import { start } from 'flowmeter';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { started, SCRAPED_ONLY } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

const RECEIVED = 'conveyor_router_records_received_total';

/** Created before anything is started, as a library would. */
const early = createConveyor();

describe('start()', () => {
  it('makes instruments live at once, before its promise is resolved', async () => {
    const starting = start(SCRAPED_ONLY);
    early.recordRecordsReceived('at-once', 3);
    await using handle = await started({});
    strictEqual(await starting, await start());
    strictEqual((await scrape(handle.url)).value(RECEIVED, { source_id: 'at-once' }), 3);
  });

  it('gives a handle with the endpoint it opened, on a free port for port 0', async () => {
    await using handle = await started({ ...SCRAPED_ONLY, prometheus: { host: '127.0.0.1', port: 0 } });
    match(handle.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics$/);
  });

  it('gives the same handle while it runs, whatever the options', async () => {
    const [first, second] = await Promise.all([start(SCRAPED_ONLY), start({ exporters: [] })]);
    await using running = await started({});
    strictEqual(second, first);
    strictEqual(running.prometheusUrl, first.prometheusUrl);
    strictEqual(await start(SCRAPED_ONLY), first);
  });

  it('starts anew after a shutdown, and sets created before are live again, from zero', async () => {
    const first = await start(SCRAPED_ONLY);
    const krafka = createKrafka();
    krafka.producer.recordSend(10);
    await first.shutdown();
    early.recordRecordsReceived('between', 1);
    krafka.producer.recordSend(20);

    await using second = await started(SCRAPED_ONLY);
    early.recordRecordsReceived('again', 2);
    const before = await scrape(second.url);
    strictEqual(before.value(RECEIVED, { source_id: 'again' }), 2);
    ok(!before.samples.some(({ labels }) => labels['source_id'] === 'between'));
    strictEqual(before.value('krafka_producer_bytes_sent_total'), 0, 'there from the start');
    krafka.producer.recordSend(30);
    strictEqual((await scrape(second.url)).value('krafka_producer_bytes_sent_total'), 30);
  });

  it('takes the options before the environment', async (context) => {
    const variables = { OTEL_METRICS_EXPORTER: 'none', OTEL_SERVICE_NAME: 'from-environment' };
    Object.assign(process.env, variables);
    context.after(() => {
      for (const name of Object.keys(variables)) delete process.env[name];
    });
    await using handle = await started({ ...SCRAPED_ONLY, serviceName: 'from-options' });
    const info = (await scrape(handle.url)).samples.find(({ name }) => name === 'target_info');
    strictEqual(info?.labels['service_name'], 'from-options');
  });

  it('opens nothing and pushes nothing without exporters', async (context) => {
    const { lines } = takeStderr(context);
    await using handle = await started({ exporters: [] });
    strictEqual(handle.prometheusUrl, undefined);
    await handle.forceFlush();
    deepStrictEqual(lines, ['flowmeter: no metrics leave the process']);
  });

  it('gives a handle that does nothing when the SDK is disabled', async (context) => {
    const { lines } = takeStderr(context);
    process.env['OTEL_SDK_DISABLED'] = 'true';
    context.after(() => delete process.env['OTEL_SDK_DISABLED']);
    const handle = await start({ prometheus: { port: 0 } });
    strictEqual(handle.prometheusUrl, undefined);
    await handle.forceFlush();
    await handle.shutdown();
    deepStrictEqual(lines, []);
  });
});

describe('the options of the push', () => {
  it('have the effects of the variables', async () => {
    await using receiver = await startOtlpReceiver();
    await using handle = await started({
      exporters: ['otlp'],
      otlp: {
        endpoint: receiver.url,
        protocol: 'http/json',
        headers: { 'x-key': 'a=b, c%' },
        compression: 'gzip',
        temporality: 'delta',
        histogramAggregation: 'base2_exponential_bucket_histogram',
      },
      serviceName: 'orders',
      resourceAttributes: { 'deployment.environment.name': 'a=b, ü' },
      resourceDetectors: ['process'],
      logLevel: 'none',
    });
    early.recordRoutingLatency('p', 5);
    await handle.forceFlush();

    const [request] = receiver.requests;
    strictEqual(request?.encoding, 'json');
    strictEqual(request.headers['x-key'], 'a=b, c%');
    strictEqual(request.headers['content-encoding'], 'gzip');
    strictEqual(request.resource['service.name'], 'orders');
    strictEqual(request.resource['deployment.environment.name'], 'a=b, ü');
    strictEqual(request.resource['process.pid'], String(process.pid));
    strictEqual(request.resource['host.name'], undefined);
    const latency = request.series.find(({ name }) => name === 'conveyor_router_routing_latency_ms');
    ok(latency?.kind === 'exponentialHistogram' && latency.temporality === 'delta');
  });
});

describe('the handle', () => {
  it('pushes when flushed, and a last time when shut down', async () => {
    await using receiver = await startOtlpReceiver();
    await using handle = await started({ exporters: ['otlp'], otlp: { endpoint: receiver.url }, logLevel: 'none' });
    const pushed = (): unknown[] => receiver.requests.map(receivedRecords);
    early.recordRecordsReceived('s', 1);
    await handle.forceFlush();
    deepStrictEqual(pushed(), [1]);
    early.recordRecordsReceived('s', 1);
    await handle.shutdown();
    deepStrictEqual(pushed(), [1, 2]);
  });

  it('closes the endpoint at once, with connections that are kept open, and can be shut down twice', async () => {
    await using handle = await started(SCRAPED_ONLY);
    // `fetch` keeps its connection, and here is one with a request that is never finished.
    await (await fetch(handle.url)).text();
    const socket = connect(Number(new URL(handle.url).port), 'localhost').on('error', () => {});
    await once(socket, 'connect');
    socket.write('GET /metrics HTTP/1.1\r\n');
    await (await fetch(handle.url)).text();
    const [first, second] = [handle.shutdown(), handle.shutdown()];
    strictEqual(first, second);
    await first;
    await rejects(fetch(handle.url));
    socket.destroy();
  });

  it('resolves a flush that fails', async (context) => {
    const { lines } = takeStderr(context);
    await using receiver = await startOtlpReceiver();
    receiver.respondWith(400);
    await using handle = await started({ exporters: ['otlp'], otlp: { endpoint: receiver.url } });
    early.recordRecordsReceived('s', 1);
    await handle.forceFlush();
    strictEqual(lines.length, 2, lines.join('\n'));
    match(lines[1] ?? '', /^flowmeter: OTLP push to \S+ fails \(HTTP 400 Bad Request\); recording goes on/);
  });
});

function receivedRecords({ series }: OtlpRequest): number | undefined {
  const records = series.find(({ name }) => name === 'conveyor_router_records_received');
  return records?.kind === 'sum' ? records.value : undefined;
}

/** Options that a program in JavaScript, or from a configuration file, may come with. */
const NOT_ALLOWED: readonly [option: string, options: object, value: string, allowed: string][] = [
  ['exporters', { exporters: ['otlp', 'zipkin'] }, '"zipkin"', 'prometheus, otlp, console or none'],
  ['prometheus.port', { prometheus: { port: 65_536 } }, '"65536"', 'an integer from 0 to 65535'],
  ['prometheus.port', { prometheus: { port: NaN } }, '"NaN"', 'an integer from 0 to 65535'],
  ['prometheus.host', { prometheus: { host: 'http://a' } }, '"http://a"', 'a host name or IP address'],
  [
    'prometheus.histogramAggregation',
    { prometheus: { histogramAggregation: 'native' } },
    '"native"',
    'explicit_bucket_histogram or',
  ],
  ['otlp.endpoint', { otlp: { endpoint: 'collector' } }, '"collector"', 'an http:// or https:// URL'],
  ['otlp.protocol', { otlp: { protocol: 'tcp' } }, '"tcp"', 'http/protobuf, http/json or grpc'],
  ['otlp.timeoutMs', { otlp: { timeoutMs: -1 } }, '"-1"', 'milliseconds from 0 (no limit)'],
  ['otlp.timeoutMs', { otlp: { timeoutMs: 0.5 } }, '"0.5"', 'milliseconds from 0 (no limit)'],
  ['otlp.compression', { otlp: { compression: 'br' } }, '"br"', 'none or gzip'],
  ['otlp.certificate', { otlp: { certificate: '/no/ca.pem' } }, '"/no/ca.pem"', 'the path of a readable PEM file'],
  [
    'otlp.clientKey',
    { otlp: { clientKey: 'test/fixtures/certificate.pem' } },
    '"test/fixtures/certificate.pem"',
    'a client certificate together with',
  ],
  ['otlp.temporality', { otlp: { temporality: 'fast' } }, '"fast"', 'cumulative, delta or lowmemory'],
  ['otlp.histogramAggregation', { otlp: { histogramAggregation: 'x' } }, '"x"', 'explicit_bucket_histogram or'],
  ['exportIntervalMs', { exportIntervalMs: 0 }, '"0"', 'an integer from 1 to 2147483647'],
  ['exportIntervalMs', { exportIntervalMs: Infinity }, '"Infinity"', 'an integer from 1 to 2147483647'],
  ['exitTimeoutMs', { exitTimeoutMs: 60_001 }, '"60001"', 'an integer from 0 to 60000'],
  ['exportTimeoutMs', { exportTimeoutMs: -5 }, '"-5"', 'milliseconds from 0 (no limit)'],
  ['logLevel', { logLevel: 'loud' }, '"loud"', 'none, error, warn, info, debug, verbose or all'],
  ['log', { log: 'info,orders=loud' }, '"orders=loud"', 'off, error, warn, info, debug or trace, or target=level'],
  ['logFormat', { logFormat: 'xml' }, '"xml"', 'json or text'],
  ['resourceDetectors', { resourceDetectors: ['gcp'] }, '"gcp"', 'env, host, os, process, serviceinstance'],
];

describe('an option that is not allowed', () => {
  for (const [option, options, value, allowed] of NOT_ALLOWED) {
    it(`rejects with a RangeError: ${option} ${value}`, async () => {
      await rejects(start(options), (error) => {
        ok(error instanceof RangeError);
        ok(error.message.startsWith(`flowmeter: start(): ${option} is ${value}; allowed is ${allowed}`), error.message);
        return true;
      });
    });
  }

  it('leaves nothing running, so that the next start is free', async () => {
    await rejects(start({ ...SCRAPED_ONLY, exportIntervalMs: 0 }), RangeError);
    early.recordRecordsReceived('next', 1);
    await using handle = await started(SCRAPED_ONLY);
    strictEqual(
      (await scrape(handle.url)).samples.some(({ name }) => name === RECEIVED),
      false,
    );
  });

  it('does not show a secret', async () => {
    const password = start({ otlp: { endpoint: 'ftp://user:hunter2@host' } });
    await rejects(password, { message: /otlp\.endpoint is "ftp:\/\/user:\*\*\*@host"/ });
  });
});
