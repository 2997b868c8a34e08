/** `flowmeter/register` as it is installed: built, on every supported Node, however it is loaded. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { buildPackages, nodeBinary, REPOSITORY } from './support/built-packages.ts';
import { fixture, startApp } from './support/child-app.ts';
import { scrape } from './support/prometheus-text.ts';

const LOADED_BY: Record<string, { args: string[]; env?: Record<string, string> }> = {
  '--require': { args: ['--require', 'flowmeter/register'] },
  '--import': { args: ['--import', 'flowmeter/register'] },
  '--require and --import': { args: ['--require', 'flowmeter/register', '--import', 'flowmeter/register'] },
  NODE_OPTIONS: { args: [], env: { NODE_OPTIONS: '--require flowmeter/register' } },
};

const APPS = { CommonJS: fixture('record-some.cjs'), ESM: fixture('record-some.mjs') };

const START_LINE =
  /^flowmeter: metrics at http:\/\/localhost:\d+\/metrics( \(inside this container only: .+\))?; OTLP push to http:\/\/localhost:\d+\/v1\/metrics \(http\/protobuf\) every 60 s$/;

before(buildPackages);

for (const major of [20, 22, 24, 26]) {
  const node = nodeBinary(major);
  const skip = node === undefined && `the optional dependency node-${major} is not installed`;

  describe(`on Node ${major}`, { concurrency: 2, skip }, () => {
    for (const [way, { args, env }] of Object.entries(LOADED_BY)) {
      for (const [kind, app] of Object.entries(APPS)) {
        it(`${way} starts once, and the ${kind} app is scraped and pushes`, async () => {
          await using receiver = await startOtlpReceiver();
          await using child = startApp([...args, app], {
            node: node ?? '',
            env: { ...env, OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
          });
          const url = await child.prometheusUrl();
          match(await child.line(/^recorded/), new RegExp(`on v${major}\\.`));
          const text = await scrape(url);
          strictEqual(text.value('conveyor_router_records_received_total', { source_id: 'kafka-source-1' }), 100.5);
          const pipeline = { pipeline_id: 'pipeline-1' };
          strictEqual(text.value('conveyor_router_routing_latency_ms_bucket', { ...pipeline, le: '10' }), 0);
          strictEqual(text.value('conveyor_router_routing_latency_ms_bucket', { ...pipeline, le: '25' }), 1);
          const sink = { tenant: 'acme', pipeline: 'orders', sink: 'kafka' };
          strictEqual(text.value('deltaforge_sink_events_total', sink), 7);
          strictEqual(text.value('krafka_producer_bytes_sent_total'), 512);
          strictEqual(text.value('roboflow_pending_uploads'), 3);

          const { code, stderr } = await child.end();
          strictEqual(code, 0);
          strictEqual(stderr.length, 1, stderr.join('\n'));
          match(stderr[0] ?? '', START_LINE);
          const received = receiver.metrics().find(({ name }) => name === 'conveyor_router_records_received');
          ok(received?.kind === 'sum' && received.value === 100.5);
        });
      }
    }
  });
}

describe('starting once', { concurrency: 2 }, () => {
  const env = { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_METRICS_EXPORTER: 'prometheus' };

  it('holds when it is loaded twice each way and by the application as well', async () => {
    const twice = ['--require', 'flowmeter/register', '--import', 'flowmeter/register'];
    const code = `require('flowmeter/register'); import('flowmeter/register').then(() => console.log('loaded'))`;
    await using child = startApp([...twice, ...twice, '-e', code], { env, cwd: REPOSITORY });
    const { code: exitCode, stdout, stderr } = await child.end();
    deepStrictEqual({ exitCode, stdout }, { exitCode: 0, stdout: ['loaded'] });
    strictEqual(stderr.length, 1, stderr.join('\n'));
  });

  it('holds for two copies of the package, which share one handle', async () => {
    const copy = JSON.stringify(new URL('../packages/flowmeter/src/index.ts', import.meta.url).href);
    const code = `import(${copy}).then(({ start }) => start()).then((handle) => console.log(handle.prometheusUrl))`;
    await using child = startApp(['--require', 'flowmeter/register', '-e', code], { env, cwd: REPOSITORY });
    const url = await child.prometheusUrl();
    const { stdout, stderr } = await child.end();
    deepStrictEqual(stdout, [url]);
    strictEqual(stderr.length, 1, stderr.join('\n'));
  });
});
