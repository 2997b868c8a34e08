/** Which outputs there are, what is said at the start, and what becomes of the other signals and of worker threads. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { fixture, REGISTER_FROM_SOURCE, runApp, startApp } from '../../../test/support/child-app.ts';

const RECORD = `require('flowmeter/conveyor').recordRecordsReceived('s', 1);`;

describe('OTEL_METRICS_EXPORTER', { concurrency: 2 }, () => {
  const CASES: readonly [value: string, endpoint: boolean, push: boolean, console: boolean][] = [
    ['', true, true, false],
    ['prometheus,otlp', true, true, false],
    ['otlp, prometheus, otlp', true, true, false],
    ['prometheus', true, false, false],
    ['OTLP', false, true, false],
    ['console', false, false, true],
    ['console,otlp', false, true, true],
    ['none', false, false, false],
    ['none,otlp', false, false, false],
  ];
  for (const [value, endpoint, push, toConsole] of CASES) {
    const outputs = Object.entries({ endpoint, push, console: toConsole }).flatMap(([name, on]) => (on ? name : []));
    it(`set to "${value}" gives ${outputs.join(' and ') || 'nothing'}, and the start line says so`, async () => {
      await using receiver = await startOtlpReceiver();
      const { code, stdout, stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', RECORD], {
        env: {
          OTEL_METRICS_EXPORTER: value,
          OTEL_EXPORTER_PROMETHEUS_PORT: '0',
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          // How long the last push may take is not what this is about.
          FLOWMETER_EXIT_TIMEOUT_MS: '20000',
        },
      });
      deepStrictEqual([code, stderr.length], [0, 1], stderr.join('\n'));
      const [start = ''] = stderr;
      strictEqual(/metrics at http:\/\/localhost:\d+\/metrics/.test(start), endpoint);
      strictEqual(start.includes(`OTLP push to ${receiver.url}/v1/metrics (http/protobuf) every 60 s`), push);
      strictEqual(start.includes('console every 60 s'), toConsole);
      strictEqual(start.includes('no metrics leave the process'), outputs.length === 0);
      strictEqual(receiver.requests.length > 0, push);
      strictEqual(stdout.join('').includes('conveyor_router_records_received'), toConsole);
    });
  }
});

describe('OTEL_EXPORTER_PROMETHEUS_HOST and _PORT', () => {
  it('are where the endpoint is', async () => {
    const probe = createServer();
    await once(probe.listen(0, '127.0.0.1'), 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    await using app = startApp([...REGISTER_FROM_SOURCE, fixture('record-some.mjs')], {
      env: {
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      },
    });
    strictEqual(await app.prometheusUrl(), `http://127.0.0.1:${port}/metrics`);
    strictEqual((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200);
  });
});

describe('OTEL_LOG_LEVEL', { concurrency: 2 }, () => {
  const PORT = 'OTEL_EXPORTER_PROMETHEUS_PORT is "abc"';
  const CASES: readonly [level: string, problem: boolean, start: boolean, diag: boolean][] = [
    ['none', false, false, false],
    ['error', true, false, false],
    ['warn', true, false, false],
    ['INFO', true, true, false],
    ['debug', true, true, true],
  ];
  for (const [level, problem, start, diag] of CASES) {
    it(`${level} shows ${problem ? 'problems' : 'nothing'}${start ? ', the start line' : ''}${diag ? ', and OpenTelemetry’s parts' : ''}`, async () => {
      const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', ''], {
        // Without an output: the default port may be somebody else's.
        env: { OTEL_LOG_LEVEL: level, OTEL_METRICS_EXPORTER: 'none', OTEL_EXPORTER_PROMETHEUS_PORT: 'abc' },
      });
      const text = stderr.join('\n');
      deepStrictEqual(
        [text.includes(PORT), text.includes('no metrics leave'), text.includes('opentelemetry: ')],
        [problem, start, diag],
        text,
      );
    });
  }
});

it('OTEL_SDK_DISABLED=true starts nothing and says nothing, whatever else is set', async () => {
  await using receiver = await startOtlpReceiver();
  const { code, stdout, stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', `${RECORD} console.log('done')`], {
    env: {
      OTEL_SDK_DISABLED: 'TRUE',
      OTEL_EXPORTER_PROMETHEUS_PORT: 'abc',
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    },
  });
  deepStrictEqual([code, stdout, stderr], [0, ['done'], []]);
  strictEqual(receiver.requests.length, 0);
});

describe('traces and logs', { concurrency: 2 }, () => {
  const CASES: readonly [what: string, env: Record<string, string>, span: boolean, log: boolean][] = [
    ['are off by default', {}, false, false],
    ['are off for none', { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }, false, false],
    [
      'are both there when both are asked for',
      { OTEL_TRACES_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'console' },
      true,
      true,
    ],
    ['are traces alone when traces are asked for', { OTEL_TRACES_EXPORTER: 'console' }, true, false],
    ['are logs alone when logs are asked for', { OTEL_LOGS_EXPORTER: 'console' }, false, true],
  ];
  for (const [what, env, span, log] of CASES) {
    it(`${what}, beside one start line`, async () => {
      const { code, stdout, stderr } = await runApp([...REGISTER_FROM_SOURCE, fixture('other-signals.cjs')], {
        env: {
          OTEL_METRICS_EXPORTER: 'prometheus',
          OTEL_EXPORTER_PROMETHEUS_PORT: '0',
          OTEL_SERVICE_NAME: 'a-service',
          ...env,
        },
      });
      deepStrictEqual([code, stderr.length], [0, 1], stderr.join('\n'));
      const text = stdout.join('\n');
      deepStrictEqual([text.includes('a-span'), text.includes('a-log')], [span, log], text);
      strictEqual(text.includes('sdk-node is loaded'), span || log);
      strictEqual(text.includes('a-service'), span || log, 'about the same service');
    });
  }
});

describe('another meter provider that is registered before', () => {
  it('keeps its instruments; one line says so, and the application goes on', async () => {
    const code = `
      const { metrics } = require('@opentelemetry/api');
      const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
      class Reader extends MetricReader { async onForceFlush() {} async onShutdown() {} }
      const reader = new Reader();
      metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
      require('flowmeter/register');
      ${RECORD}
      reader.collect().then(({ resourceMetrics }) => {
        console.log(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name)).join());
      });`;
    const {
      code: exitCode,
      stdout,
      stderr,
    } = await runApp(['--conditions=@flowmeter/source', '-e', code], {
      env: { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
    });
    deepStrictEqual([exitCode, stdout], [0, ['conveyor_router_records_received']]);
    const lines = stderr.filter((line) => !line.startsWith('flowmeter: metrics at'));
    strictEqual(lines.length, 1, stderr.join('\n'));
    match(lines[0] ?? '', /^flowmeter: another meter provider is registered with the OpenTelemetry API already/);
  });
});

describe('a worker thread', () => {
  it('pushes what it records, and opens and says nothing of its own', async () => {
    await using receiver = await startOtlpReceiver();
    const worker = `require('flowmeter/conveyor').recordRecordsReceived('worker', 3)`;
    const code = `${RECORD} new (require('node:worker_threads').Worker)(${JSON.stringify(worker)}, { eval: true })`;
    const { code: exitCode, stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', code], {
      env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
    deepStrictEqual([exitCode, stderr.length], [0, 1], stderr.join('\n'));
    const values = receiver.requests.flatMap(({ series }) => series.map((one) => one.kind === 'sum' && one.value));
    ok(values.includes(1) && values.includes(3), values.join());
  });

  it('has an identity of its own, where the environment gives the process one', async () => {
    await using receiver = await startOtlpReceiver();
    const worker = `require('flowmeter/conveyor').recordRecordsReceived('worker', 3)`;
    const code = `${RECORD} new (require('node:worker_threads').Worker)(${JSON.stringify(worker)}, { eval: true })`;
    await runApp([...REGISTER_FROM_SOURCE, '-e', code], {
      env: {
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=pod-1',
      },
    });
    const identities = new Set(receiver.requests.map(({ resource }) => resource['service.instance.id']));
    ok(identities.has('pod-1'));
    strictEqual(identities.size, 2);
  });
});
