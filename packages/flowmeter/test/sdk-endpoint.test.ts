/** The endpoint of FLOWMETER_ENGINE=sdk: what is asked of it that OpenTelemetry's exporter has, and what it has not. */
import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Health } from '@flowmeter/prometheus';
import { createConveyor } from 'flowmeter/conveyor';
import { metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { readConfiguration } from '../src/configuration/read-configuration.ts';
import { createStockEndpoint } from '../src/metrics/stock-endpoint.ts';
import { SCRAPED_ONLY, started, type Started } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

const SDK = { ...SCRAPED_ONLY, engine: 'sdk' } as const;

async function textOf({ url }: Started): Promise<string> {
  metrics.getMeter('app', '1.2').createCounter('done').add(1);
  return (await fetch(url)).text();
}

it('has scope labels and no target_info where that is asked for', async () => {
  const prometheus = { port: 0, scopeInfoEnabled: true, targetInfoEnabled: false };
  await using handle = await started({ ...SDK, prometheus });
  const text = await textOf(handle);
  match(text, /^done_total\{otel_scope_name="app",otel_scope_version="1\.2"\} 1$/m);
  doesNotMatch(text, /target_info/);
});

it('has target_info and no scope labels where nothing is asked for', async () => {
  await using handle = await started(SDK);
  const text = await textOf(handle);
  match(text, /^done_total 1$/m);
  match(text, /^target_info\{/m);
});

it('says in a line that it has one translation strategy', async (context) => {
  const { lines } = takeStderr(context);
  const prometheus = { port: 0, translationStrategy: 'NoTranslation' } as const;
  await using _ = await started({ ...SDK, prometheus, logLevel: 'error' });
  deepStrictEqual(lines, [
    'flowmeter: prometheus.translationStrategy is "NoTranslation"; allowed with FLOWMETER_ENGINE=sdk is UnderscoreEscapingWithSuffixes, which OpenTelemetry\'s exporter has without units; using that',
  ]);
});

it('says in a line that it has no exponential histograms, and keeps its buckets and labels', async (context) => {
  const { lines } = takeStderr(context);
  const prometheus = { port: 0, histogramAggregation: 'base2_exponential_bucket_histogram' } as const;
  await using handle = await started({ ...SDK, prometheus, logLevel: 'error' });
  deepStrictEqual(lines, [
    'flowmeter: prometheus.histogramAggregation is "base2_exponential_bucket_histogram"; allowed with FLOWMETER_ENGINE=sdk is explicit_bucket_histogram, as OpenTelemetry\'s exporter leaves others out; using that',
  ]);
  createConveyor().routingLatencyMs.record(3, { pipeline_id: 'p', user: 'u-1' } as { pipeline_id: string });
  match(await textOf(handle), /^conveyor_router_routing_latency_ms_bucket\{pipeline_id="p",le="5"\} 1$/m);
});

it('tells at /health and /ready what the application says of itself', async () => {
  await using handle = await started(SDK);
  const ask = async (path: string, method = 'GET'): Promise<unknown[]> => {
    const response = await fetch(handle.url.replace('/metrics', path), { method });
    return [response.status, await response.text()];
  };
  handle.health.component('kafka').failed('not authorized');
  const failed = [{ name: 'kafka', reason: 'not authorized' }];
  deepStrictEqual(await ask('/health'), [503, `${JSON.stringify({ status: 'unhealthy', failed })}\n`]);
  deepStrictEqual(await ask('/health', 'HEAD'), [503, '']);
  strictEqual((await ask('/ready'))[0], 503);
  strictEqual((await ask('/ready', 'POST'))[0], 405);
});

it('cuts off a client that does not read what it is sent', { timeout: 10_000 }, async ({ signal }) => {
  const environment = { OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
  const { prometheus } = readConfiguration(environment).configuration;
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const endpoint = createStockEndpoint(prometheus, new Health(), silent, 50);
  const provider = new MeterProvider({ readers: [endpoint.reader] });
  // More than the buffers of both sides hold.
  const text = 'x'.repeat(20_000_000);
  provider.getMeter('app').createCounter('done').add(1, { text });
  const { port } = new URL(await endpoint.listen());
  const socket = connect(Number(port), 'localhost').on('error', () => {});
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'readable');
  const isSending = (): boolean => process.getActiveResourcesInfo().some((resource) => resource.endsWith('WriteWrap'));
  while (isSending() && !signal.aborted) await nextTurn();
  let received = 0;
  socket.on('data', (data) => (received += data.length));
  await once(socket, 'close');
  ok(received < text.length);
  await endpoint.close();
  await provider.shutdown();
});
