/** The effect of each variable of the push, seen by who receives it. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver, type Series } from '@flowmeter-examples/otlp-receiver';
import { createConveyor } from 'flowmeter/conveyor';
import { createRoboflow } from 'flowmeter/roboflow';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { withoutSelf } from '../../../test/support/self-metrics.ts';
import { startRawCollector } from './support/raw-collector.ts';
import { startedWith } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

const OTLP_ONLY = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOG_LEVEL: 'none' };
const conveyor = createConveyor();
const roboflow = createRoboflow();

describe('the path of the endpoint', () => {
  const CASES: readonly [name: string, path: string, requested: string][] = [
    ['ENDPOINT', '', '/v1/metrics'],
    ['ENDPOINT', '/', '/v1/metrics'],
    ['ENDPOINT', '/tenant/a', '/tenant/a/v1/metrics'],
    ['ENDPOINT', '/tenant/a/', '/tenant/a/v1/metrics'],
    ['ENDPOINT', '/a?key=1', '/a/v1/metrics?key=1'],
    ['METRICS_ENDPOINT', '', '/'],
    ['METRICS_ENDPOINT', '/push/here', '/push/here'],
  ];
  for (const [name, path, requested] of CASES) {
    it(`is ${requested} for OTEL_EXPORTER_OTLP_${name}=http://host${path}`, async () => {
      await using collector = await startRawCollector();
      await using handle = await startedWith({ ...OTLP_ONLY, [`OTEL_EXPORTER_OTLP_${name}`]: collector.url + path });
      conveyor.recordRetryEvents('s');
      await handle.forceFlush();
      deepStrictEqual(
        collector.requests.map(({ method, path: asked }) => [method, asked]),
        [['POST', requested]],
      );
    });
  }
});

/** What the variables do to the headers of a request, where those for metrics go before those for all signals. */
const HEADERS: readonly [what: string, env: Record<string, string>, headers: Record<string, string | undefined>][] = [
  ['PROTOCOL is http/protobuf by default', {}, { 'content-type': 'application/x-protobuf' }],
  ['PROTOCOL=http/json', { PROTOCOL: 'http/json' }, { 'content-type': 'application/json' }],
  ['METRICS_PROTOCOL', { PROTOCOL: 'grpc', METRICS_PROTOCOL: 'HTTP/JSON' }, { 'content-type': 'application/json' }],
  ['COMPRESSION is none by default', {}, { 'content-encoding': undefined }],
  ['COMPRESSION=gzip', { COMPRESSION: 'gzip' }, { 'content-encoding': 'gzip' }],
  ['METRICS_COMPRESSION', { COMPRESSION: 'gzip', METRICS_COMPRESSION: 'none' }, { 'content-encoding': undefined }],
  ['HEADERS', { HEADERS: 'x-a=1, x-b=two%2C%20%3D' }, { 'x-a': '1', 'x-b': 'two, =' }],
  ['METRICS_HEADERS', { HEADERS: 'x-a=1', METRICS_HEADERS: 'x-a=2' }, { 'x-a': '2' }],
];

describe('a request follows OTEL_EXPORTER_OTLP_', () => {
  for (const [what, env, headers] of HEADERS) {
    it(what, async () => {
      await using collector = await startRawCollector();
      const variables = Object.entries(env).map(([name, value]) => [`OTEL_EXPORTER_OTLP_${name}`, value]);
      await using handle = await startedWith({
        ...OTLP_ONLY,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        ...Object.fromEntries(variables),
      });
      conveyor.recordRetryEvents('s');
      await handle.forceFlush();
      strictEqual(collector.requests.length, 1);
      for (const [name, value] of Object.entries(headers)) strictEqual(collector.requests[0]?.headers[name], value);
    });
  }
});

describe('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', () => {
  for (const [preference, sums] of [
    ['', 'cumulative'],
    ['cumulative', 'cumulative'],
    ['delta', 'delta'],
    ['LowMemory', 'delta'],
  ]) {
    it(`set to "${preference}" makes counters and histograms ${sums}, and leaves the endpoint cumulative`, async () => {
      await using receiver = await startOtlpReceiver();
      await using handle = await startedWith({
        OTEL_LOG_LEVEL: 'none',
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: preference ?? '',
      });
      for (let push = 0; push < 2; push += 1) {
        conveyor.recordRetryEvents('s');
        conveyor.recordRoutingLatency('p', 7);
        roboflow.pendingUploads.add(1);
        conveyor.recordBufferUtilization('s', 0.5);
        await handle.forceFlush();
      }
      const second = Object.fromEntries(
        withoutSelf(receiver.metrics()).map((series) => [series.name, summary(series)]),
      );
      const [count, temporality] = sums === 'delta' ? [1, 'delta'] : [2, 'cumulative'];
      deepStrictEqual(second, {
        conveyor_router_retry_events: [count, temporality],
        conveyor_router_routing_latency_ms: [count, temporality],
        roboflow_pending_uploads: [2, 'cumulative'],
        conveyor_router_buffer_utilization: [0.5, undefined],
      });
      strictEqual((await scrape(handle.url)).value('conveyor_router_retry_events_total', { stage_id: 's' }), 2);
    });
  }
});

function summary(series: Series): [number, string | undefined] {
  if (series.kind === 'gauge') return [series.value, undefined];
  return [series.kind === 'sum' ? series.value : series.count, series.temporality];
}

describe('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', () => {
  it('gives the push exponential histograms while the endpoint keeps the buckets', async () => {
    await using receiver = await startOtlpReceiver();
    await using handle = await startedWith({
      OTEL_LOG_LEVEL: 'none',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
    });
    for (const latency of [0.3, 7, 70_000]) conveyor.recordRoutingLatency('p', latency);
    await handle.forceFlush();
    const [series] = receiver.metrics();
    ok(series?.kind === 'exponentialHistogram');
    strictEqual(series.name, 'conveyor_router_routing_latency_ms');
    deepStrictEqual([series.count, series.min, series.max], [3, 0.3, 70_000]);
    strictEqual(
      series.positive.bucketCounts.reduce((sum, count) => sum + count),
      3,
    );

    const text = await scrape(handle.url);
    const buckets = text.samples.filter(({ name }) => name === 'conveyor_router_routing_latency_ms_bucket');
    deepStrictEqual(
      buckets.map(({ labels, value }) => `${labels['le']}:${value}`).join(' '),
      '0.5:1 1:1 2.5:1 5:1 10:2 25:2 50:2 100:2 250:2 500:2 1000:2 2500:2 5000:2 10000:2 30000:2 60000:2 +Inf:3',
    );
  });
});

describe('the times of the push', () => {
  it('are OTEL_METRIC_EXPORT_INTERVAL apart, without a word of the application', async () => {
    const third = Promise.withResolvers<void>();
    await using receiver = await startOtlpReceiver({
      onRequest: () => receiver.requests.length === 3 && third.resolve(),
    });
    await using handle = await startedWith({
      ...OTLP_ONLY,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_METRIC_EXPORT_INTERVAL: '40',
    });
    conveyor.recordRetryEvents('s');
    await third.promise;
    strictEqual(handle.prometheusUrl, undefined);
    const times = receiver.requests.map(({ series }) => Number((series[0]?.timeUnixNano ?? 0n) / 1_000_000n));
    const [first = 0, , last = 0] = times;
    ok(last - first >= 70, `${times.join(', ')} in milliseconds`);
  });

  for (const variable of [
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT',
    'OTEL_METRIC_EXPORT_TIMEOUT',
  ]) {
    it(`end a push that takes longer than ${variable}`, async (context) => {
      const { lines } = takeStderr(context);
      await using receiver = await startOtlpReceiver();
      receiver.respondWith(200, { delayMs: 1000, times: 1 });
      const env = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
      await using handle = await startedWith({ ...env, [variable]: '100' });
      conveyor.recordRetryEvents('s');
      await handle.forceFlush();
      strictEqual(lines.length, 2, lines.join('\n'));
      match(lines[1] ?? '', /fails \((Request timed out|.*no answer)/);
    });
  }

  it('leave a push alone that is slow, but not slower than allowed', async (context) => {
    const { lines } = takeStderr(context);
    await using receiver = await startOtlpReceiver();
    receiver.respondWith(200, { delayMs: 300 });
    const env = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    await using handle = await startedWith({
      ...env,
      OTEL_EXPORTER_OTLP_TIMEOUT: '0',
      OTEL_METRIC_EXPORT_TIMEOUT: '0',
    });
    conveyor.recordRetryEvents('s');
    await handle.forceFlush();
    strictEqual(lines.length, 1, lines.join('\n'));
    strictEqual(receiver.metrics().length, 1);
  });
});
