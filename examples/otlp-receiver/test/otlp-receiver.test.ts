import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { startOtlpReceiver, type OtlpReceiver, type Series } from '../otlp-receiver.ts';

const beyondInt32 = 2 ** 53 - 1;

/** Has OpenTelemetry's own SDK and exporter push one of everything. */
async function pushOneOfEverything(exporter: PushMetricExporter): Promise<void> {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const views = [
    { instrumentName: 'sizes', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM as const } },
    {
      instrumentName: 'waits',
      aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM as const, options: { boundaries: [1, 10] } },
    },
  ];
  const resource = resourceFromAttributes({ 'service.name': 'everything', 'service.replica': 3 });
  const provider = new MeterProvider({ resource, readers: [reader], views });
  const meter = provider.getMeter('scope-of-test');
  meter.createCounter('jobs', { unit: '{job}', description: 'Jobs done.' }).add(beyondInt32, { kind: 'a', tries: 2 });
  meter.createUpDownCounter('balance').add(-0.5);
  meter.createGauge('level').record(0.25);
  const waits = meter.createHistogram('waits', { unit: 's' });
  for (const value of [0.5, 5, 5, 50]) waits.record(value, { queue: 'q' });
  meter.createHistogram('sizes').record(4);
  await provider.shutdown();
}

function series(receiver: OtlpReceiver, name: string): Series {
  const found = receiver.metrics().find((candidate) => candidate.name === name);
  ok(found, `${name} was received`);
  return found;
}

/** Exporters read their compression from the environment when they are made. */
function gzipped<Exporter>(create: () => Exporter): Exporter {
  process.env['OTEL_EXPORTER_OTLP_COMPRESSION'] = 'gzip';
  try {
    return create();
  } finally {
    delete process.env['OTEL_EXPORTER_OTLP_COMPRESSION'];
  }
}

const encodings = [
  ['protobuf', (url: string) => new ProtobufExporter({ url })],
  ['gzipped protobuf', (url: string) => gzipped(() => new ProtobufExporter({ url }))],
  ['JSON', (url: string) => new JsonExporter({ url })],
  ['gzipped JSON', (url: string) => gzipped(() => new JsonExporter({ url }))],
] as const;

for (const [encoding, exporterTo] of encodings) {
  describe(`what OpenTelemetry's exporter sends as ${encoding}`, () => {
    it('arrives whole', async () => {
      await using receiver = await startOtlpReceiver();
      await pushOneOfEverything(exporterTo(`${receiver.url}/v1/metrics`));

      const request = receiver.requests[0];
      ok(request);
      strictEqual(request.path, '/v1/metrics');
      strictEqual(request.headers['content-encoding'], encoding.startsWith('gzipped') ? 'gzip' : undefined);
      strictEqual(request.resource['service.name'], 'everything');
      strictEqual(request.resource['service.replica'], '3');

      const { startTimeUnixNano, timeUnixNano, ...jobs } = series(receiver, 'jobs');
      ok(startTimeUnixNano > 10n ** 18n && timeUnixNano >= startTimeUnixNano);
      deepStrictEqual(jobs, {
        kind: 'sum',
        name: 'jobs',
        unit: '{job}',
        description: 'Jobs done.',
        scope: 'scope-of-test',
        attributes: { kind: 'a', tries: '2' },
        monotonic: true,
        temporality: 'cumulative',
        value: beyondInt32,
      });
      const balance = series(receiver, 'balance');
      ok(balance.kind === 'sum' && !balance.monotonic && balance.value === -0.5);
      const level = series(receiver, 'level');
      ok(level.kind === 'gauge' && level.value === 0.25);
      const waits = series(receiver, 'waits');
      ok(waits.kind === 'histogram');
      const { count, sum, min, max, boundaries, bucketCounts } = waits;
      deepStrictEqual({ count, sum, min, max }, { count: 4, sum: 60.5, min: 0.5, max: 50 });
      deepStrictEqual({ boundaries, bucketCounts }, { boundaries: [1, 10], bucketCounts: [1, 2, 1] });
      const sizes = series(receiver, 'sizes');
      ok(sizes.kind === 'exponentialHistogram');
      deepStrictEqual(sizes.positive.bucketCounts, [1]);
    });
  });
}

describe('the receiver', () => {
  const json = { 'content-type': 'application/json' };

  it('answers success in the encoding of the request', async () => {
    await using receiver = await startOtlpReceiver();
    const asJson = await fetch(`${receiver.url}/v1/metrics`, { method: 'POST', body: '{}', headers: json });
    deepStrictEqual([asJson.status, asJson.headers.get('content-type')], [200, 'application/json']);
    deepStrictEqual(await asJson.json(), {});
    const headers = { 'content-type': 'application/x-protobuf' };
    const asProtobuf = await fetch(`${receiver.url}/v1/metrics`, { method: 'POST', body: '', headers });
    deepStrictEqual([asProtobuf.status, asProtobuf.headers.get('content-type')], [200, 'application/x-protobuf']);
    strictEqual((await asProtobuf.bytes()).length, 0);
  });

  const refused: [string, number, string, RequestInit][] = [
    ['an unknown path', 404, '/v1/traces', { method: 'POST', body: '{}', headers: json }],
    ['another method', 405, '/v1/metrics', { method: 'GET' }],
    ['another media type', 415, '/v1/metrics', { method: 'POST', body: 'a' }],
    [
      'another compression',
      415,
      '/v1/metrics',
      { method: 'POST', body: 'a', headers: { ...json, 'content-encoding': 'br' } },
    ],
    ['text that is not JSON', 400, '/v1/metrics', { method: 'POST', body: '{', headers: json }],
    ['JSON of another shape', 400, '/v1/metrics', { method: 'POST', body: '{"resourceMetrics":1}', headers: json }],
    [
      'bytes that are not protobuf',
      400,
      '/v1/metrics',
      { method: 'POST', body: '\n\xff', headers: { 'content-type': 'application/x-protobuf' } },
    ],
    [
      'a broken gzip',
      400,
      '/v1/metrics',
      { method: 'POST', body: gzipSync('{}').subarray(0, 12), headers: { ...json, 'content-encoding': 'gzip' } },
    ],
  ];
  for (const [what, status, path, init] of refused) {
    it(`refuses ${what} with ${status} and keeps nothing of it`, async () => {
      await using receiver = await startOtlpReceiver();
      const response = await fetch(receiver.url + path, init);
      await response.bytes();
      strictEqual(response.status, status);
      strictEqual(receiver.requests.length, 0);
    });
  }

  it('answers as it is told, as often as it is told', async () => {
    await using receiver = await startOtlpReceiver();
    const post = () => fetch(`${receiver.url}/v1/metrics`, { method: 'POST', body: '{}', headers: json });
    receiver.respondWith(503, { times: 2, headers: { 'retry-after': '1' } });
    const answers = [await post(), await post(), await post()];
    deepStrictEqual(
      answers.map((response) => [response.status, response.headers.get('retry-after')]),
      [[503, '1'], [503, '1'], [200, null]], // prettier-ignore
    );
    deepStrictEqual(
      receiver.requests.map(({ status }) => status),
      [503, 503, 200],
    );
  });

  it('rejects a wait for a request that does not come', async () => {
    await using receiver = await startOtlpReceiver();
    await rejects(
      receiver.waitFor(() => true, 1),
      /no such OTLP request within 1 ms/,
    );
  });

  it('reads 64-bit integers in JSON as strings and as numbers', async () => {
    await using receiver = await startOtlpReceiver();
    const dataPoints = [
      { asInt: '9007199254740991', timeUnixNano: '1763712000123456789' },
      { asInt: 7 },
      { asDouble: 0 },
    ];
    const body = JSON.stringify({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'n', gauge: { dataPoints } }] }] }],
    });
    const response = await fetch(`${receiver.url}/v1/metrics`, { method: 'POST', body, headers: json });
    await response.bytes();
    const received = receiver.metrics();
    deepStrictEqual(
      received.map((one) => one.kind === 'gauge' && one.value),
      [beyondInt32, 7, 0],
    );
    strictEqual(received[0]?.timeUnixNano, 1763712000123456789n);
  });
});
