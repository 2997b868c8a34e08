/** However an application ends, it ends as it would without flowmeter, and what it has recorded is delivered. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { startOtlpReceiver, type OtlpReceiver, type OtlpRequest } from '@flowmeter-examples/otlp-receiver';
import type { OtlpProtocol } from '../src/configuration/otlp-configuration.ts';
import { startGrpcCollector } from './support/grpc-collector.ts';
import { startMisbehavingCollector } from './support/misbehaving-collector.ts';
import { REGISTER_FROM_SOURCE, runApp, startApp } from '../../../test/support/child-app.ts';
import { withoutSelf } from '../../../test/support/self-metrics.ts';

/** Three of them, in two calls. */
const RECORD = `const conveyor = require('flowmeter/conveyor'); conveyor.recordRecordsReceived('s', 1); conveyor.recordRecordsReceived('s', 2);`;
const RECORDED = 3;

/** The code of an application that knows nothing of flowmeter, by how it ends; and what it listens for itself. */
const ENDINGS: Readonly<Record<string, { readonly code: string; readonly own: string }>> = {
  'runs to its end': { code: '', own: `process.on('beforeExit', () => console.log('own'));` },
  'calls process.exit': { code: 'process.exit(5);', own: `process.on('exit', (code) => console.log('own', code));` },
  throws: {
    code: `setImmediate(() => { throw new Error('mine') });`,
    own: `process.on('uncaughtException', ({ message }) => { console.log('own', message); process.exit(7) });`,
  },
  'rejects and nobody catches it': {
    code: `Promise.reject(new Error('mine'));`,
    own: `process.on('unhandledRejection', ({ message }) => { console.log('own', message); process.exitCode = 8 });`,
  },
  ...Object.fromEntries(
    ['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => [
      `is sent ${signal}`,
      {
        code: `setInterval(() => {}, 1000); setImmediate(() => process.kill(process.pid, '${signal}'));`,
        own: `process.on('${signal}', (name) => { console.log('own', name); process.exit(9) });`,
      },
    ]),
  ),
};

/** sdk-metrics' own engine can only be waited for. */
const isStock = process.env['FLOWMETER_ENGINE'] === 'sdk';

/** Where nobody listens, and where somebody does who never answers. */
let [dead, slow] = ['', ''];
const sockets = new Set<Socket>();
const silent = createServer((socket) => sockets.add(socket.on('error', () => {})));

before(async () => {
  const receiver = await startOtlpReceiver();
  dead = receiver.url;
  await receiver.close();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  slow = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});

after(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

describe('an application that', { concurrency: 2 }, () => {
  for (const [ending, { code, own }] of Object.entries(ENDINGS)) {
    for (const listens of [false, true]) {
      const application = `${listens ? own : ''}${code}`;
      for (const protocol of ['http/protobuf', 'grpc'] as const) {
        it(`${ending}${listens ? ', listening for it,' : ''} does so as without flowmeter, and what it recorded is delivered by ${protocol}`, async () => {
          await using collector = await startCollector(protocol);
          const expected = await runApp(['-e', withoutFlowmeter(application)]);
          const end = await runUnderFlowmeter(application, collector.url, { OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
          // What can only be waited for has the event loop run empty once more.
          if (!(isStock && ending === 'runs to its end')) deepStrictEqual(endingOf(end), endingOf(expected));
          const runsToItsEnd = ending === 'runs to its end' || (listens && ending.startsWith('rejects'));
          const isDelivered = !isStock || runsToItsEnd;
          strictEqual(totalOf(collector.receiver), isDelivered ? RECORDED : 0);
        });
      }
      for (const [state, url] of [
        ['is not there', () => dead],
        ['does not answer', () => slow],
      ] as const) {
        it(`${ending}${listens ? ', listening for it,' : ''} does so where the collector ${state}`, async () => {
          if (isStock && ending === 'runs to its end') return;
          const expected = await runApp(['-e', withoutFlowmeter(application)]);
          deepStrictEqual(endingOf(await runUnderFlowmeter(application, url())), endingOf(expected));
        });
      }
    }
  }
});

for (const [ending, { code }] of Object.entries(ENDINGS)) {
  for (const [state, url] of [
    ['is not there', () => dead],
    ['does not answer', () => slow],
  ] as const) {
    it(`an application that ${ending} does so where the collector of gRPC ${state}`, async () => {
      if (isStock && ending === 'runs to its end') return;
      const expected = await runApp(['-e', withoutFlowmeter(code)]);
      const end = await runUnderFlowmeter(code, url(), { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
      deepStrictEqual(endingOf(end), endingOf(expected));
    });
  }
}

it('an application that listens for SIGTERM goes on for as long as it likes, and what it records then is delivered as well', async () => {
  await using receiver = await startOtlpReceiver();
  const later = `setTimeout(() => { conveyor.recordRecordsReceived('s', 10); process.exit(4) }, 300)`;
  const application = `process.on('SIGTERM', () => { console.log('own'); ${later} }); setInterval(() => {}, 1000); setImmediate(() => process.kill(process.pid, 'SIGTERM'));`;
  const { code, stdout } = await runUnderFlowmeter(application, receiver.url);
  deepStrictEqual([code, stdout], [4, ['own']]);
  if (!isStock) strictEqual(totalOf(receiver), RECORDED + 10);
});

it('an application that a signal has no effect on, as the first process of a container, goes on and delivers what it records then', async () => {
  await using receiver = await startOtlpReceiver();
  const firstProcess = `const kill = process.kill; process.kill = (pid, signal) => pid === process.pid || kill(pid, signal);`;
  const later = `setTimeout(() => { conveyor.recordRecordsReceived('s', 10); process.exit(4) }, 300)`;
  const code = `${firstProcess} ${later}; setTimeout(() => kill.call(process, process.pid, 'SIGTERM'), 10)`;
  const { code: exitCode } = await runUnderFlowmeter(code, receiver.url);
  // With sdk-metrics' engine nobody listens, and there is a default effect here.
  strictEqual(exitCode, isStock ? null : 4);
  strictEqual(totalOf(receiver), isStock ? 0 : RECORDED + 10);
});

it('a listener that ends the process where it is the only one does so', async () => {
  await using receiver = await startOtlpReceiver();
  const application = `
    globalThis[Symbol.for('signal-exit emitter')] = {};
    const onTerm = () => { if (process.listeners('SIGTERM').length === 1) { process.off('SIGTERM', onTerm); process.kill(process.pid, 'SIGTERM') } };
    process.on('SIGTERM', onTerm); setInterval(() => {}, 1000); setImmediate(() => process.kill(process.pid, 'SIGTERM'));`;
  const { signal } = await runUnderFlowmeter(application, receiver.url);
  strictEqual(signal, 'SIGTERM');
  if (!isStock) strictEqual(totalOf(receiver), RECORDED);
});

it('what asynchronous callbacks observe is delivered where the application runs to its end', async () => {
  await using receiver = await startOtlpReceiver();
  const application = `require('@opentelemetry/api').metrics.getMeter('mine').createObservableGauge('mine')
    .addCallback(async (result) => { await null; result.observe(7) });`;
  await runUnderFlowmeter(application, receiver.url);
  const names = receiver.requests.flatMap(({ series }) => series.map(({ name }) => name));
  ok(names.includes('mine') && names.includes('conveyor_router_records_received'), names.join());
});

for (const [ending, code] of [
  ['runs to its end', ''],
  ['calls process.exit', 'process.exit(0);'],
  ['throws', `setImmediate(() => { throw new Error('mine') });`],
] as const) {
  it(`what a worker thread has recorded that ${ending} is delivered`, async () => {
    await using receiver = await startOtlpReceiver();
    const thread = JSON.stringify(`${RECORD} ${code}`);
    const application = `new (require('node:worker_threads').Worker)(${thread}, { eval: true }).on('error', () => {});`;
    await runApp([...REGISTER_FROM_SOURCE, '-e', application], {
      env: { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
    if (!isStock) strictEqual(totalOf(receiver), RECORDED);
  });
}

for (const exporter of ['prometheus', 'none']) {
  it(`signals are not listened for where nothing is pushed, with the exporter ${exporter}`, async () => {
    const code = `console.log(['SIGTERM', 'SIGINT', 'SIGHUP'].map((signal) => process.listenerCount(signal)).join())`;
    const env = { OTEL_METRICS_EXPORTER: exporter, OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
    const { stdout } = await runApp([...REGISTER_FROM_SOURCE, '-e', code], { env });
    deepStrictEqual(stdout, ['0,0,0']);
  });
}

it('with a limit of 0 nothing is pushed at the end', async () => {
  await using receiver = await startOtlpReceiver();
  for (const code of ['', 'process.exit(0);']) {
    await runUnderFlowmeter(code, receiver.url, { FLOWMETER_EXIT_TIMEOUT_MS: '0' });
  }
  strictEqual(receiver.requests.length, 0);
});

it('what the last push could not deliver is one line', async () => {
  const { stderr } = await runUnderFlowmeter('process.exit(0);', slow);
  const lines = stderr.filter((line) => line.includes('fails'));
  deepStrictEqual(lines.length, isStock ? 0 : 1, stderr.join('\n'));
  if (!isStock) ok(/OTLP push to http:\S+ fails \(no answer within \d+ ms\)/.test(lines[0] ?? ''), lines[0]);
});

describe('a last push that is too large for one request', () => {
  const MANY = 2000;
  /** More than a megabyte, in one metric. */
  const code = `const wide = 'x'.repeat(1000);
    const counter = require('@opentelemetry/api').metrics.getMeter('mine').createCounter('mine');
    for (let series = 0; series < ${MANY - 1}; series += 1) counter.add(1, { series, wide });
    process.exit(0);`;
  const env = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' };
  const seriesOf = (requests: readonly OtlpRequest[]): number =>
    requests.flatMap(({ series }) => series).filter(({ name }) => name === 'mine').length;

  for (const protocol of ['http/protobuf', 'http/json', 'grpc'] as const) {
    it(`is several, by ${protocol}`, async () => {
      if (isStock) return;
      await using collector = await startCollector(protocol);
      await runUnderFlowmeter(code, collector.url, { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
      const { requests } = collector.receiver;
      strictEqual(seriesOf(requests), MANY - 1);
      ok(
        requests.length > 1 && requests.every(({ wireBytes }) => wireBytes <= 1_000_000),
        `${requests.length} requests`,
      );
    });
  }

  it('brings what of the push under way has not been taken, and no more', async () => {
    if (isStock) return;
    const asked = Promise.withResolvers<void>();
    await using collector = await startMisbehavingCollector({ onSilence: asked.resolve });
    collector.turns = ['taken', 'silence'];
    const pushing = `require('@opentelemetry/api').metrics.getMeterProvider().forceFlush();
      process.stdin.resume().on('end', () => process.exit());`;
    await using app = startApp(
      [...REGISTER_FROM_SOURCE, '-e', `${RECORD}\n${code.replace('process.exit(0);', pushing)}`],
      { env: { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env } },
    );
    await asked.promise;
    ok(seriesOf(collector.taken) > 0);
    await app.end();
    strictEqual(seriesOf(collector.taken), MANY - 1);
  });

  it('is as many as the collector takes, and one that is refused for what it holds costs no other', async () => {
    if (isStock) return;
    await using collector = await startMisbehavingCollector({ mostBytes: 300_000 });
    // By then the requests are small enough: nine at the most are a megabyte, or half of one.
    collector.turns = [...Array.from({ length: 10 }, () => 'taken' as const), 400];
    const { stderr } = await runUnderFlowmeter(code, collector.url, env);
    const lost = Number(/HTTP 400 Bad Request, for (\d+) of 2000 data points/.exec(stderr.join('\n'))?.[1]);
    ok(lost > 0, stderr.join('\n'));
    const conveyors = collector.taken.flatMap(({ series }) => series).filter(({ name }) => name !== 'mine').length;
    strictEqual(seriesOf(collector.taken) + conveyors, MANY - lost);
    strictEqual(stderr.filter((line) => line.includes('fails')).length, 1);
  });
});

it('what waits for another try when the process ends is in the last push, with delta temporality as well', async () => {
  if (isStock) return;
  const asked = Promise.withResolvers<void>();
  await using receiver = await startOtlpReceiver({ onRequest: () => asked.resolve() });
  receiver.respondWith(503, { times: 1, headers: { 'retry-after': '5' } });
  const code = `${RECORD}
    require('@opentelemetry/api').metrics.getMeterProvider().forceFlush();
    process.stdin.resume().on('end', () => { conveyor.recordRecordsReceived('s', 10); process.exit() });`;
  await using app = startApp([...REGISTER_FROM_SOURCE, '-e', code], {
    env: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    },
  });
  await asked.promise;
  await app.end();
  deepStrictEqual(takenBy(receiver), [RECORDED + 10]);
});

it('what a push at a signal could not deliver is in the next one, though another signal came at once', async () => {
  if (isStock) return;
  await using receiver = await startOtlpReceiver();
  receiver.respondWith(503, { times: 1 });
  const application = `
    globalThis[Symbol.for('signal-exit emitter')] = {};
    const kill = () => process.kill(process.pid, 'SIGTERM');
    let signals = 0;
    process.on('SIGTERM', () => {
      signals += 1;
      if (signals === 1) return setImmediate(setImmediate, kill);
      conveyor.recordRecordsReceived('s', 10);
      process.exit();
    });
    setInterval(() => {}, 1000);
    setImmediate(kill);`;
  await runUnderFlowmeter(application, receiver.url, { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' });
  deepStrictEqual(takenBy(receiver), [RECORDED + 10]);
});

/** A collector for the protocol, and what it has decoded. */
async function startCollector(
  protocol: OtlpProtocol,
): Promise<{ readonly url: string; readonly receiver: OtlpReceiver } & AsyncDisposable> {
  if (protocol !== 'grpc') {
    const receiver = await startOtlpReceiver();
    return { url: receiver.url, receiver, [Symbol.asyncDispose]: receiver.close };
  }
  const collector = await startGrpcCollector();
  const { port, receiver } = collector;
  return { url: `http://localhost:${port}`, receiver, [Symbol.asyncDispose]: () => collector[Symbol.asyncDispose]() };
}

function runUnderFlowmeter(
  application: string,
  url: string,
  env: Record<string, string> = {},
): ReturnType<typeof runApp> {
  return runApp([...REGISTER_FROM_SOURCE, '-e', `${RECORD}\n${application}`], {
    env: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      FLOWMETER_EXIT_TIMEOUT_MS: url === slow ? '200' : '10000',
      ...env,
    },
  });
}

/** With as many lines, so that stacks are the same. */
function withoutFlowmeter(application: string): string {
  return `/* ${RECORD} */\n${application}`;
}

/** How an application has ended, and what it has said. */
function endingOf({ code, signal, stdout, stderr }: Awaited<ReturnType<typeof runApp>>): object {
  return { code, signal, stdout, stderr: stderr.filter((line) => !line.startsWith('flowmeter: ')) };
}

/** Of the last push, which is cumulative. */
function totalOf(receiver: Awaited<ReturnType<typeof startOtlpReceiver>>): number {
  const received = receiver.metrics().find(({ name }) => name === 'conveyor_router_records_received');
  return received?.kind === 'sum' ? received.value : 0;
}

/** The values of all that was taken. */
function takenBy(receiver: Awaited<ReturnType<typeof startOtlpReceiver>>): unknown[] {
  const taken = receiver.requests.filter(({ status }) => status === 200);
  return taken.flatMap(({ series }) => withoutSelf(series).map((point) => point.kind === 'sum' && point.value));
}
