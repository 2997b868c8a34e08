/** Telemetry neither keeps its application alive, nor changes how it ends. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { REGISTER_FROM_SOURCE, runApp, startApp } from '../../../test/support/child-app.ts';
import { withoutSelf } from '../../../test/support/self-metrics.ts';

const RECORD = `require('flowmeter/conveyor').recordRecordsReceived('s', 1);`;
const OTLP_ONLY = { OTEL_METRICS_EXPORTER: 'otlp' };

function run(code: string, env: Record<string, string>): ReturnType<typeof runApp> {
  return runApp([...REGISTER_FROM_SOURCE, '-e', code], { env });
}

/** How applications end by themselves. What they recorded is pushed without a word of theirs. */
const ENDINGS: Readonly<Record<string, { code: string; exitCode: number }>> = {
  'has nothing more to do': { code: '', exitCode: 0 },
  'has set an exit code': { code: 'process.exitCode = 3', exitCode: 3 },
  'has worked for a while': { code: 'setTimeout(() => {}, 50)', exitCode: 0 },
  'goes on from beforeExit': {
    code: `process.once('beforeExit', () => setTimeout(() => { process.exitCode = 4 }, 50))`,
    exitCode: 4,
  },
};

describe('an application keeps its exit code when it', { concurrency: 2 }, () => {
  for (const [ending, { code, exitCode }] of Object.entries(ENDINGS)) {
    it(`${ending}, and its numbers are pushed once`, async () => {
      await using receiver = await startOtlpReceiver();
      const end = await run(`${RECORD} ${code}`, { ...OTLP_ONLY, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
      strictEqual(end.code, exitCode, end.stderr.join('\n'));
      const { length } = receiver.requests;
      // sdk-metrics' own engine cannot tell what has been pushed already.
      ok(length === 1 || (length > 1 && process.env['FLOWMETER_ENGINE'] === 'sdk'), `${length} pushes`);
    });
  }
});

it('what an application records while it ends is pushed as well', async () => {
  await using receiver = await startOtlpReceiver();
  const late = `process.once('beforeExit', () => setTimeout(() => { ${RECORD} }, 20))`;
  const { code } = await run(late, { ...OTLP_ONLY, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  strictEqual(code, 0);
  deepStrictEqual(
    withoutSelf(receiver.metrics()).map(({ name }) => name),
    ['conveyor_router_records_received'],
  );
});

describe('an application ends by itself', { concurrency: 2 }, () => {
  it('where no collector listens, with the line about it', async () => {
    const receiver = await startOtlpReceiver();
    await receiver.close();
    const { code, stderr } = await run(RECORD, { ...OTLP_ONLY, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    strictEqual(code, 0);
    strictEqual(stderr.length, 2, stderr.join('\n'));
    match(stderr[1] ?? '', /OTLP push to \S+ fails \(connect ECONNREFUSED/);
  });

  for (const protocol of ['http/protobuf', 'grpc']) {
    it(`long before the time-out of a collector that never answers, by ${protocol}`, async () => {
      const sockets: Socket[] = [];
      const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
      await once(silent.listen(0, 'localhost'), 'listening');
      const { port } = silent.address() as AddressInfo;
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
        FLOWMETER_EXIT_TIMEOUT_MS: '5000',
      };
      const startMs = performance.now();
      const { code, stderr } = await run(RECORD, { ...OTLP_ONLY, ...env });
      const elapsedMs = performance.now() - startMs;
      for (const socket of sockets) socket.destroy();
      silent.close();
      strictEqual(code, 0);
      ok(sockets.length > 0, 'the push was tried');
      ok(elapsedMs < 28_000, `${elapsedMs} ms; the time-out is 60 s`);
      ok(stderr.length <= 2, stderr.join('\n'));
    });
  }

  it('within one limit where it ends in several stages, each with something new to push', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
    await once(silent.listen(0, 'localhost'), 'listening');
    const { port } = silent.address() as AddressInfo;
    const code = `${RECORD}
      require('@opentelemetry/api').metrics.getMeter('mine').createObservableGauge('mine')
        .addCallback(async (result) => { await null; result.observe(1); });
      process.on('exit', () => { ${RECORD} });`;
    const startMs = performance.now();
    const { code: exitCode } = await run(code, {
      ...OTLP_ONLY,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
      FLOWMETER_EXIT_TIMEOUT_MS: '7000',
    });
    const elapsedMs = performance.now() - startMs;
    for (const socket of sockets) socket.destroy();
    silent.close();
    strictEqual(exitCode, 0);
    ok(sockets.length > 0, 'the push was tried');
    ok(elapsedMs < 13_500, `${elapsedMs} ms; two stages take 14 s`);
  });

  // Pushes that fail hold the process while they are tried again: they must not follow one another without a gap.
  for (const interval of ['1', '20', '300']) {
    it(`with an interval of ${interval} ms and no collector`, async () => {
      const receiver = await startOtlpReceiver();
      await receiver.close();
      const startMs = performance.now();
      const { code, stderr } = await run(`${RECORD} setTimeout(() => {}, 400)`, {
        ...OTLP_ONLY,
        OTEL_METRIC_EXPORT_INTERVAL: interval,
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      });
      strictEqual(code, 0);
      strictEqual(stderr.length, 2, stderr.join('\n'));
      const elapsedMs = performance.now() - startMs;
      ok(elapsedMs < 6000, `${elapsedMs} ms; to try again takes 8 s`);
    });
  }

  it('with nothing recorded and nothing to push', async () => {
    await using receiver = await startOtlpReceiver();
    const { code, stdout } = await run(`console.log('done')`, {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    });
    deepStrictEqual([code, stdout], [0, ['done']]);
    strictEqual(receiver.requests.length, 0);
  });

  it('with nobody reading stderr any more, where the lines at the end have nowhere to go', async () => {
    const code = `process.stdin.once('data', () => { ${RECORD} console.log('done') })`;
    const env = { ...OTLP_ONLY, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:1', OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
    await using app = startApp([...REGISTER_FROM_SOURCE, '-e', code], { env });
    await app.line(/OTLP push to/);
    app.closeStderr();
    app.write('go');
    const end = await app.end();
    deepStrictEqual([end.code, end.stdout], [0, ['done']]);
  });
});
