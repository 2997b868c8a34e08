/** OTEL_EXPORTER_OTLP_PROTOCOL=grpc, against a gRPC server. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { Metadata, status } from '@grpc/grpc-js';
import { ValueType, type HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { createConveyor } from 'flowmeter/conveyor';
import { scrape } from '../../../test/support/prometheus-text.ts';
import type { OtlpConfiguration } from '../src/configuration/otlp-configuration.ts';
import { OtlpExporter } from '../src/metrics/otlp-exporter.ts';
import { PushTally } from '../src/metrics/push-tally.ts';
import { RequestLimit } from '../src/metrics/request-limit.ts';
import { startGrpcCollector } from './support/grpc-collector.ts';
import { PARTIAL_SUCCESS } from './support/misbehaving-collector.ts';
import { otlpTo } from './support/pushing-provider.ts';
import { startedWith } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

const GRPC = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
const conveyor = createConveyor();

describe('a push by gRPC', () => {
  it('brings the same data, with the headers asked for', async (context) => {
    const { lines } = takeStderr(context);
    await using collector = await startGrpcCollector();
    await using handle = await startedWith({
      ...GRPC,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${collector.port}`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_SERVICE_NAME: 'by-grpc',
    });
    conveyor.recordRecordsReceived('s', 2.5);
    await handle.forceFlush();
    deepStrictEqual(lines, [`flowmeter: OTLP push to http://localhost:${collector.port} (grpc) every 60 s`]);
    const [request] = collector.receiver.requests;
    strictEqual(request?.resource['service.name'], 'by-grpc');
    const [series] = request.series;
    ok(series?.kind === 'sum' && series.name === 'conveyor_router_records_received');
    deepStrictEqual([series.value, series.temporality], [2.5, 'delta']);
    deepStrictEqual(collector.calls[0]?.get('x-key'), ['a b']);
  });

  const SCHEMES: readonly [endpoint: string, env: Record<string, string>][] = [
    ['localhost:PORT', { OTEL_EXPORTER_OTLP_INSECURE: 'true' }],
    ['http://localhost:PORT/path/that/means/nothing', {}],
  ];
  for (const [endpoint, env] of SCHEMES) {
    it(`reaches ${endpoint}${Object.keys(env)
      .map((name) => ` with ${name}=true`)
      .join('')}`, async () => {
      await using collector = await startGrpcCollector();
      await using handle = await startedWith({
        ...GRPC,
        ...env,
        OTEL_LOG_LEVEL: 'none',
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint.replace('PORT', String(collector.port)),
      });
      conveyor.recordRetryEvents('s');
      await handle.forceFlush();
      strictEqual(collector.calls.length, 1);
    });
  }

  it('counts its points under its own type, with the status of the call', async () => {
    await using collector = await startGrpcCollector();
    await using handle = await startedWith({
      ...GRPC,
      OTEL_LOG_LEVEL: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${collector.port}`,
    });
    conveyor.recordRetryEvents('s');
    for (let push = 0; push < 2; push += 1) await handle.forceFlush();
    const type = 'otlp_grpc_metric_exporter';
    const identity = {
      'otel.component.type': type,
      'otel.component.name': `${type}/0`,
      'server.address': 'localhost',
      'server.port': String(collector.port),
    };
    const told = collector.receiver.metrics().filter(({ name }) => name.startsWith('otel.sdk.exporter.'));
    deepStrictEqual(
      told.map((one) => [one.name, one.attributes, 'value' in one ? one.value : one.count]),
      [
        ['otel.sdk.exporter.metric_data_point.exported', identity, 1],
        ['otel.sdk.exporter.metric_data_point.inflight', identity, 0],
        ['otel.sdk.exporter.operation.duration', { ...identity, 'rpc.status_code': 'OK' }, 1],
      ],
    );
  });

  it('counts points that no collector has taken by the status of the call', async () => {
    const gone = await startGrpcCollector();
    await gone[Symbol.asyncDispose]();
    await using handle = await startedWith({
      ...GRPC,
      OTEL_METRICS_EXPORTER: 'otlp,prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_LOG_LEVEL: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${gone.port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    });
    conveyor.recordRetryEvents('s');
    await handle.forceFlush();
    const { samples } = await scrape(handle.prometheusUrl ?? '');
    const exported = samples.filter(({ name }) => name === 'otel_sdk_exporter_metric_data_point_exported_total');
    const failed = exported.filter(({ value }) => value === 1).map(({ labels }) => labels['error_type'] ?? 'none');
    deepStrictEqual([failed.length, exported.length], [1, 2]);
    strictEqual(failed[0], 'ECONNREFUSED');
  });

  it('tells of a collector that is not there, and of one that is back, in a line each', async (context) => {
    const { lines } = takeStderr(context);
    const gone = await startGrpcCollector();
    await gone[Symbol.asyncDispose]();
    await using handle = await startedWith({
      ...GRPC,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${gone.port}`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    });
    conveyor.recordRetryEvents('s');
    for (let push = 0; push < 3; push += 1) await handle.forceFlush();
    strictEqual(lines.length, 2, lines.join('\n'));
    match(lines[1] ?? '', /^flowmeter: OTLP push to http:\/\/localhost:\d+ fails \(.+\); recording goes on/);
  });
});

/** What makes the requests, in a time of its own. */
function createExporter(port: number, otlp: Partial<OtlpConfiguration> = {}, requestBytes?: number) {
  let nowMs = 0;
  const wait = async (ms: number): Promise<void> => void (nowMs += ms);
  const configuration = { ...otlpTo(''), url: `http://localhost:${port}`, protocol: 'grpc' as const, ...otlp };
  const exporter = new OtlpExporter(configuration, new RequestLimit(requestBytes), { now: () => nowMs, wait });
  return {
    async pushAt(ms: number, metrics: ResourceMetrics = NOTHING): Promise<PushTally> {
      nowMs = Math.max(nowMs, ms);
      const tally = new PushTally(metrics);
      await exporter.push(tally);
      return tally;
    },
    [Symbol.asyncDispose]: () => exporter.shutdown(),
  };
}

const NOTHING: ResourceMetrics = { resource: resourceFromAttributes({}), scopeMetrics: [] };

/** So many data points. */
function metricsOf(series: number): ResourceMetrics {
  const dataPoints = Array.from({ length: series }, (_, position) => ({
    attributes: { series: `series ${position}` },
    startTime: [1, 0] as HrTime,
    endTime: [2, 0] as HrTime,
    value: position,
  }));
  const descriptor = { name: 'counter', description: '', unit: '', valueType: ValueType.DOUBLE };
  const kind = {
    aggregationTemporality: AggregationTemporality.DELTA,
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
  } as const;
  return { ...NOTHING, scopeMetrics: [{ scope: { name: 'app' }, metrics: [{ descriptor, ...kind, dataPoints }] }] };
}

/** A RetryInfo as the details of a status. */
function retryInfo(seconds: number): Metadata {
  const message = (field: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([field * 8 + 2, bytes.length]), bytes]);
  const delay = Buffer.from([8, seconds, 16, 0]);
  const any = [message(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')), message(2, message(1, delay))];
  const other = message(3, message(1, Buffer.from('type.googleapis.com/google.rpc.Help')));
  const metadata = new Metadata();
  metadata.add('grpc-status-details-bin', Buffer.concat([Buffer.from([8, 14]), other, message(3, Buffer.concat(any))]));
  return metadata;
}

describe('a push by gRPC that is answered', () => {
  const { CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS } = status;
  for (const code of [CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS]) {
    it(`${status[code]} is made again`, async () => {
      await using collector = await startGrpcCollector();
      await using exporter = createExporter(collector.port);
      collector.turns = [{ code, details: 'not now' }];
      strictEqual((await exporter.pushAt(0)).failure, undefined);
      strictEqual(collector.calls.length, 2);
    });
  }

  const {
    UNKNOWN,
    INVALID_ARGUMENT,
    NOT_FOUND,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    UNIMPLEMENTED,
    UNAUTHENTICATED,
  } = status;
  for (const code of [
    UNKNOWN,
    INVALID_ARGUMENT,
    NOT_FOUND,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    UNIMPLEMENTED,
    UNAUTHENTICATED,
  ]) {
    it(`${status[code]} is not made again`, async () => {
      await using collector = await startGrpcCollector();
      await using exporter = createExporter(collector.port);
      collector.turns = [{ code, details: 'the r\u00e9ason' }];
      const { failure, failed } = await exporter.pushAt(0);
      strictEqual(String(failure), `Error: gRPC status ${code}, the r\u00e9ason`);
      deepStrictEqual([...failed.keys()], [status[code]]);
      strictEqual(collector.calls.length, 1);
    });
  }

  it('that something is exhausted, and until when, is made again then', async () => {
    await using collector = await startGrpcCollector();
    await using exporter = createExporter(collector.port);
    collector.turns = [{ code: RESOURCE_EXHAUSTED, details: 'quota', metadata: retryInfo(100) }];
    match(String((await exporter.pushAt(0)).failure), /quota/);
    match(String((await exporter.pushAt(99_000)).failure), /quota/);
    strictEqual(collector.calls.length, 1);
    strictEqual((await exporter.pushAt(100_000)).failure, undefined);
  });

  it('with a part rejected is not made again, and tells how much', async () => {
    await using collector = await startGrpcCollector();
    await using exporter = createExporter(collector.port);
    collector.turns = [PARTIAL_SUCCESS];
    const { accepted, failed, failure } = await exporter.pushAt(0, metricsOf(120));
    deepStrictEqual([accepted, failed.get('rejected'), failure, collector.calls.length], [20, 100, undefined, 1]);
  });

  it('with an endless message is cut off', async () => {
    await using collector = await startGrpcCollector();
    await using exporter = createExporter(collector.port);
    collector.turns = [Buffer.alloc(10_000_000)];
    match(String((await exporter.pushAt(0)).failure), /longer than any/);
    strictEqual((await exporter.pushAt(0)).failure, undefined);
  });
});

describe('a push by gRPC', () => {
  it('that is too large for one message is several, compressed where that is asked for', async () => {
    for (const compression of ['none', 'gzip'] as const) {
      await using collector = await startGrpcCollector();
      await using exporter = createExporter(collector.port, { compression }, 2000);
      const { failure, accepted } = await exporter.pushAt(0, metricsOf(200));
      deepStrictEqual([failure, accepted], [undefined, 200]);
      ok(collector.sizes.length > 1 && Math.max(...collector.sizes) <= 2000, collector.sizes.join());
      const series = collector.receiver.requests.flatMap((request) => request.series);
      deepStrictEqual(
        series.map((one) => one.kind === 'sum' && one.value),
        Array.from({ length: 200 }, (_, position) => position),
      );
    }
  });

  it('that is too large for the collector is halved', async () => {
    await using collector = await startGrpcCollector(undefined, { 'grpc.max_receive_message_length': 3000 });
    await using exporter = createExporter(collector.port);
    const { failure, accepted } = await exporter.pushAt(0, metricsOf(200));
    deepStrictEqual([failure, accepted], [undefined, 200]);
  });

  it('reaches a collector that was started again, on the same port', async () => {
    const first = await startGrpcCollector();
    const { port } = first;
    await using exporter = createExporter(port);
    strictEqual((await exporter.pushAt(0)).failure, undefined);
    await first[Symbol.asyncDispose]();
    await using second = await startGrpcCollector(undefined, {}, port);
    strictEqual((await exporter.pushAt(0)).failure, undefined);
    strictEqual(second.calls.length, 1);
  });

  for (const [what, answer, failure] of [
    ['speaks HTTP/1', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', /Protocol error|NGHTTP2|ECONNRESET|closed/],
    ['speaks nothing', 'garbage\r\n\r\n', /Protocol error|NGHTTP2|ECONNRESET|closed/],
    ['closes', '', /ECONNRESET|closed|reset|cancel/i],
  ] as const) {
    it(`fails where the other side ${what}`, async () => {
      const server = createServer((socket) => socket.on('error', () => {}).end(answer));
      await once(server.listen(0, 'localhost'), 'listening');
      await using exporter = createExporter((server.address() as AddressInfo).port);
      match(String((await exporter.pushAt(0)).failure), failure);
      server.close();
    });
  }

  it('fails where the other side speaks HTTP/2 but not gRPC, in its words', async () => {
    const server = createHttp2Server((_request, response) => response.writeHead(404).end('not here'));
    await once(server.listen(0, 'localhost'), 'listening');
    await using exporter = createExporter((server.address() as AddressInfo).port);
    match(String((await exporter.pushAt(0)).failure), /HTTP 404/);
    await exporter[Symbol.asyncDispose]();
    server.close();
  });
});
