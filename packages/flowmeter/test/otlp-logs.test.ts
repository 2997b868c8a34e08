/** The records of the log through OpenTelemetry's logs API, and by OTLP where logs are switched on. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';
import { startLogCollector } from './support/log-collector.ts';
import { recordsIn } from './support/log-records.ts';

const ENV = { OTEL_METRICS_EXPORTER: 'none', FLOWMETER_LOG_FORMAT: 'json', FLOWMETER_EXIT_TIMEOUT_MS: '10000' };
const LOGGER = `const log = require('flowmeter').logger('orders');`;

function run(code: string, env: Readonly<Record<string, string>>) {
  return runApp([...REGISTER_FROM_SOURCE, '-e', code], { env: { ...ENV, ...env } });
}

describe('with logs switched on', { concurrency: 2 }, () => {
  it('every record of the log leaves by OTLP, as it stands on stderr, before the process ends by itself', async () => {
    await using collector = await startLogCollector();
    const code = `${LOGGER} log.info({ order: 7, nested: { a: [1, 'b'] } }, 'paid'); log.debug('never');
      log.fatal('over'); require('@opentelemetry/api').diag.warn('odd');
      process.once('beforeExit', () => log.info('last'))`;
    const { stderr } = await run(code, { ...collector.env, OTEL_SERVICE_NAME: 'shop' });
    const written = recordsIn(stderr);
    deepStrictEqual(
      collector.records.map(({ scope, severityText, timeMs, body }) => [scope, severityText, timeMs, body]),
      written.map(({ target, level, time, msg }) => [target, level, Date.parse(time), msg]),
    );
    const bodies = ['paid', 'over', 'odd', 'no metrics leave the process', 'last'];
    deepStrictEqual(
      collector.records.map(({ body }) => body),
      bodies,
    );
    deepStrictEqual(
      collector.records.map(({ severityNumber }) => severityNumber),
      [9, 21, 13, 9, 9],
    );
    const [paid] = collector.records;
    deepStrictEqual([paid?.service, paid?.attributes], ['shop', { order: 7, nested: { a: [1, 'b'] } }]);
  });

  it('an error has its attributes by the semantic conventions', async () => {
    await using collector = await startLogCollector();
    await run(`${LOGGER} log.error(Object.assign(new TypeError('mine'), { code: 'E_MINE' }))`, collector.env);
    const [record] = collector.records;
    const { 'exception.stacktrace': stack, ...others } = record?.attributes ?? {};
    strictEqual(record?.body, 'mine');
    deepStrictEqual(others, { 'exception.type': 'TypeError', 'exception.message': 'mine', err: { code: 'E_MINE' } });
    match(String(stack), /^TypeError: mine\n +at /);
  });

  it("the ids of a span are the record's own, not attributes", async () => {
    await using collector = await startLogCollector();
    const code = `${LOGGER} const { trace } = require('@opentelemetry/api');
      trace.getTracer('t').startActiveSpan('s', (span) => { log.info('in'); span.end(); })`;
    const traces = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1' };
    const { stderr } = await run(code, { ...collector.env, ...traces });
    const [record] = collector.records;
    const [written] = recordsIn(stderr, 'orders');
    deepStrictEqual(record?.attributes, {});
    deepStrictEqual([record?.traceId, record?.spanId], [written?.['trace_id'], written?.['span_id']]);
    match(String(written?.['trace_id']), /^[\da-f]{32}$/);
  });

  it('what was logged until then leaves with a shutdown', async () => {
    await using collector = await startLogCollector();
    const code = `${LOGGER} require('flowmeter').start().then(async ({ shutdown }) => {
      log.info('last'); await shutdown(); process.exit(0); })`;
    await run(code, collector.env);
    strictEqual(collector.records.at(-1)?.body, 'last');
  });

  it('a collector that takes nothing is told of once, however often it says why', async () => {
    await using collector = await startLogCollector(400);
    const env = { ...collector.env, OTEL_BLRP_SCHEDULE_DELAY: '10', FLOWMETER_LOG: 'trace' };
    const code = `${LOGGER} let logged = 0;
      const timer = setInterval(() => { log.info('again'); logged += 1; if (logged === 20) clearInterval(timer); }, 20);`;
    await run(code, env);
    const heard = collector.records.filter(({ scope }) => scope === 'opentelemetry');
    ok(collector.requests > 2);
    ok(heard.length <= collector.requests, `${heard.length} records of ${collector.requests} failures`);
    strictEqual(collector.records.filter(({ body }) => body === 'again').length, 20);
    ok(heard.every(({ severityNumber }) => severityNumber >= 13));
  });

  it('one that is not there costs the process neither its exit code nor lines without end', async () => {
    const env = {
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:1/v1/logs',
      OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '100',
      OTEL_BLRP_SCHEDULE_DELAY: '10',
    };
    const code = `${LOGGER} for (let at = 0; at < 50; at += 1) setTimeout(() => log.info('again'), at * 10)`;
    const { code: exitCode, stderr } = await run(code, env);
    strictEqual(exitCode, 0);
    strictEqual(recordsIn(stderr, 'orders').length, 50);
    const told = recordsIn(stderr, 'opentelemetry');
    ok(told.length <= 2, told.map(({ msg }) => msg).join('\n'));
  });
});

/** A provider that prints what it is given; what it says itself while it takes a record must not come back. */
const PROVIDER = `const { diag } = require('@opentelemetry/api');
  const provider = { getLogger: (scope) => ({ emit({ body, severityNumber, attributes }) {
    diag.warn('taking ' + body); console.log(JSON.stringify([scope, severityNumber, body, attributes])); } }) };`;

for (const [api, register] of Object.entries({
  '1.10': `require('@opentelemetry/api').logs.setGlobalLoggerProvider(provider);`,
  'with @opentelemetry/api-logs': `globalThis[Symbol.for('io.opentelemetry.js.api.logs')] = (version) => version === 1 ? provider : undefined;`,
})) {
  it(`a provider that the application registers with the API ${api} is given the records`, async () => {
    const { stdout, stderr } = await run(
      `${PROVIDER} ${LOGGER} log.info('before'); ${register} log.warn({ a: 1 }, 'after')`,
      {
        FLOWMETER_LOG: 'flowmeter=off',
      },
    );
    deepStrictEqual(
      stdout.map((line) => JSON.parse(line) as unknown),
      [['orders', 13, 'after', { a: 1 }]],
    );
    deepStrictEqual(
      recordsIn(stderr).map(({ msg }) => msg),
      ['before', 'after', 'taking after'],
    );
  });
}
