/** OTEL_EXPORTER_OTLP_PROTOCOL=grpc, against a gRPC server. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createConveyor } from 'flowmeter/conveyor';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { startGrpcCollector } from './support/grpc-collector.ts';
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
    match(failed[0] ?? '', /^(UNAVAILABLE|DEADLINE_EXCEEDED)$/);
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
