/** A number in a metric leads to a trace by OTLP as well, whichever the protocol. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT_CONTEXT, trace, TraceFlags, ValueType, type Context } from '@opentelemetry/api';
import { startOtlpReceiver, type Series } from '@flowmeter-examples/otlp-receiver';
import { startGrpcCollector } from './support/grpc-collector.ts';
import { createPushingProvider } from './support/pushing-provider.ts';

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

function inSpan(traceFlags: TraceFlags): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...SPAN, traceFlags });
}

/** Records in and out of a span, pushes, and returns what has arrived, by name. */
async function pushed(protocol: 'http/protobuf' | 'http/json' | 'grpc'): Promise<Map<string, Series>> {
  await using collector = await startGrpcCollector();
  await using overHttp = await startOtlpReceiver();
  const isGrpc = protocol === 'grpc';
  const url = isGrpc ? `http://localhost:${collector.port}` : overHttp.url;
  const provider = createPushingProvider({ url, temporality: 'cumulative', protocol });
  const meter = provider.getMeter('app');
  const sampled = inSpan(TraceFlags.SAMPLED);
  meter.createCounter('jobs', { valueType: ValueType.INT }).add(3, {}, sampled);
  meter.createCounter('seconds').add(0.1, {}, sampled);
  const latency = meter.createHistogram('latency', { advice: { explicitBucketBoundaries: [1, 2] } });
  latency.record(0.5, {}, sampled);
  latency.record(1.5, {}, inSpan(TraceFlags.NONE));
  latency.record(9, {}, sampled);
  meter.createCounter('outside').add(1);
  await provider.forceFlush();
  const { requests } = isGrpc ? collector.receiver : overHttp;
  await provider.shutdown();
  return new Map(requests.flatMap(({ series }) => series).map((series) => [series.name, series]));
}

for (const protocol of ['http/protobuf', 'http/json', 'grpc'] as const) {
  describe(`by ${protocol}`, () => {
    it('what was recorded in a sampled span arrives with its value, its trace and its span, and nothing else does', async () => {
      const series = await pushed(protocol);
      const found = [...series].map(([name, { exemplars = [] }]) => [
        name,
        exemplars.map(({ value, traceId, spanId, attributes }) => ({ value, traceId, spanId, attributes })),
      ]);
      const exemplar = (value: number): object => ({ value, ...SPAN, attributes: {} });
      deepStrictEqual(Object.fromEntries(found), {
        jobs: [exemplar(3)],
        seconds: [exemplar(0.1)],
        latency: [exemplar(0.5), exemplar(9)],
        outside: [],
      });
    });

    it('an exemplar has the time at which it was recorded', async () => {
      const before = BigInt(Date.now()) * 1_000_000n;
      const { timeUnixNano, exemplars } = (await pushed(protocol)).get('jobs') ?? {};
      const time = exemplars?.[0]?.timeUnixNano ?? 0n;
      ok(time >= before && time <= (timeUnixNano ?? 0n), `${before}, ${time}, ${timeUnixNano}`);
    });
  });
}
