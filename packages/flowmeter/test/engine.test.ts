/** What the engine of this project does for an application, by its outputs, and the way back to OpenTelemetry's own. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { createRequire } from 'node:module';
import { it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { MeterProvider as EngineMeterProvider } from '@flowmeter/engine';
import { metrics } from '@opentelemetry/api';
import type * as sdkMetrics from '@opentelemetry/sdk-metrics';
import { createConveyor } from 'flowmeter/conveyor';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { withoutSelf } from '../../../test/support/self-metrics.ts';
import { SCRAPED_ONLY, started } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

// The copy that is required, as it is loaded only where it is needed.
const { MeterProvider: SdkMeterProvider } = createRequire(import.meta.url)(
  '@opentelemetry/sdk-metrics',
) as typeof sdkMetrics;

for (const [engine, Provider] of [
  ['flowmeter', EngineMeterProvider],
  ['sdk', SdkMeterProvider],
] as const) {
  it(`engine: '${engine}' aggregates with ${engine === 'sdk' ? "sdk-metrics' own meter provider" : 'ours'}`, async () => {
    await using _ = await started({ ...SCRAPED_ONLY, engine });
    strictEqual(metrics.getMeter('any').constructor, new Provider().getMeter('any').constructor);
  });
}

it('with delta temporality, what a failed push held is in the next one, exactly', async (context) => {
  takeStderr(context);
  await using receiver = await startOtlpReceiver();
  await using handle = await started({
    engine: 'flowmeter',
    exporters: ['otlp'],
    otlp: { endpoint: receiver.url, temporality: 'delta', timeoutMs: 700 },
  });
  const { recordRecordsReceived, recordRoutingLatency } = createConveyor();
  for (const [push, status] of [200, 503, 400, 200, 503, 200].entries()) {
    recordRecordsReceived('s', 2 ** push);
    recordRoutingLatency('p', 2 ** push);
    receiver.respondWith(status);
    await handle.forceFlush();
  }
  const accepted = receiver.requests
    .filter(({ status }) => status === 200)
    .flatMap(({ series }) => withoutSelf(series));
  const sums = accepted.flatMap((one) => (one.kind === 'sum' ? one.value : []));
  const latencies = accepted.flatMap((one) =>
    one.kind === 'histogram' ? [[one.count, one.sum, one.min, one.max]] : [],
  );
  deepStrictEqual(sums, [1, 2 + 4 + 8, 16 + 32]);
  deepStrictEqual(latencies, [
    [1, 1, 1, 1],
    [3, 14, 2, 8],
    [2, 48, 16, 32],
  ]);
});

it('exponential histograms by OTLP keep to the declared labels, and the endpoint to its buckets', async () => {
  await using receiver = await startOtlpReceiver();
  await using handle = await started({
    engine: 'flowmeter',
    prometheus: { port: 0 },
    otlp: { endpoint: receiver.url, histogramAggregation: 'base2_exponential_bucket_histogram' },
    logLevel: 'none',
  });
  const attributes = { pipeline_id: 'p', user: 'u-1' };
  createConveyor().routingLatencyMs.record(3, attributes);
  await handle.forceFlush();
  const [latency] = receiver.metrics();
  strictEqual(latency?.kind, 'exponentialHistogram');
  deepStrictEqual(latency.attributes, { pipeline_id: 'p' });
  const text = await scrape(handle.url);
  strictEqual(text.value('conveyor_router_routing_latency_ms_bucket', { pipeline_id: 'p', le: '2.5' }), 0);
  strictEqual(text.value('conveyor_router_routing_latency_ms_bucket', { pipeline_id: 'p', le: '5' }), 1);
});

it('beyond the limit of a metric one line names it and the label to blame, and nothing is lost', async (context) => {
  const { lines } = takeStderr(context);
  await using handle = await started({ ...SCRAPED_ONLY, engine: 'flowmeter', logLevel: 'warn' });
  const { recordRecordsReceived } = createConveyor();
  for (let source = 0; source < 2500; source += 1) recordRecordsReceived(`source-${source}`, 1);
  strictEqual(lines.length, 1, lines.join('\n'));
  match(
    lines[0] ?? '',
    /^flowmeter: conveyor_router_records_received has reached its cardinality limit of 2000; .*source_id with 2000/,
  );
  const text = await scrape(handle.url);
  strictEqual(text.value('conveyor_router_records_received_total', { otel_metric_overflow: 'true' }), 500);
  const labels = { instrument_name: 'conveyor_router_records_received', meter_name: 'conveyor' };
  strictEqual(text.value('flowmeter_engine_overflowed_measurements_total', labels), 500);
});
