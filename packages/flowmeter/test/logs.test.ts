/** The log on stderr: a record a line, for machines or for people. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { REGISTER_FROM_SOURCE, runApp, startApp } from '../../../test/support/child-app.ts';
import { formatOf } from '../src/logs/log-settings.ts';
import { recordsIn } from './support/log-records.ts';

const QUIET = { OTEL_METRICS_EXPORTER: 'none', FLOWMETER_EXIT_TIMEOUT_MS: '0' };
/** As where nothing is set: what is not a terminal gets JSON. */
const PIPED = { ...QUIET, FLOWMETER_LOG_FORMAT: '' };

const LOGGER = `const log = require('flowmeter').logger('orders');`;
const LOG_RECORD = new URL('../src/logs/log-record.ts', import.meta.url).href;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function run(code: string, env: Readonly<Record<string, string>> = PIPED, flags = REGISTER_FROM_SOURCE) {
  return runApp([...flags, '-e', code], { env });
}

describe('a record', () => {
  it('is a line of JSON where nobody looks on, with level, time, target, message and fields', async () => {
    const { stdout, stderr } = await run(`${LOGGER} log.warn({ order: 7, lines: ['a'] }, 'paid %s', 'late')`);
    deepStrictEqual(stdout, []);
    const [own, start] = stderr.map((line) => JSON.parse(line) as Record<string, unknown>);
    match(String(own?.['time']), RFC_3339);
    deepStrictEqual(own, {
      level: 'warn',
      time: own?.['time'],
      target: 'orders',
      order: 7,
      lines: ['a'],
      msg: 'paid late',
    });
    match(String(start?.['time']), RFC_3339);
    const msg = 'no metrics leave the process';
    deepStrictEqual(start, { level: 'info', time: start?.['time'], target: 'flowmeter', msg });
  });

  it('of a library is the line that pino writes for an application, key by key', async () => {
    const fields = `{ level: 'x', 'a.b': 'c"\\\\', list: [{ n: 1.5 }], none: undefined, yes: true, trace_id: 'mine' }`;
    const code = `const { logRecord } = await import('${LOG_RECORD}'); const { logger } = await import('flowmeter');
      logger('orders').warn(${fields}, 'r\\u00e9sum\\u00e9');
      logRecord({ level: 'warn', target: 'orders', message: 'r\\u00e9sum\\u00e9', fields: ${fields} });`;
    const { stderr } = await runApp(['--conditions=@flowmeter/source', '--input-type=module', '-e', code], {
      env: PIPED,
    });
    const [ofPino, own] = stderr.map((line) => line.replace(/"time":"[^"]*"/, '"time":""'));
    match(own ?? '', /"list":\[\{"n":1.5\}\].*"msg":"r\u00e9sum\u00e9"\}$/);
    strictEqual(own, ofPino);
  });

  it('is a line for people on a terminal, unless FLOWMETER_LOG_FORMAT says otherwise', () => {
    const formats = [true, false].flatMap((isTerminal) =>
      [undefined, 'json', 'text'].map((given) => formatOf(given as 'json' | 'text' | undefined, isTerminal)),
    );
    deepStrictEqual(formats, ['text', 'json', 'text', 'json', 'json', 'text']);
  });

  it('for people has the fields behind the message, and the stack of an error below', async () => {
    const code = `${LOGGER}
      log.info({ order: 7, by: 'card of somebody', none: null }, 'paid\\nfake: line');
      log.error(new TypeError('mine')); log.info({ only: true });`;
    const { stderr } = await run(code, { ...QUIET, FLOWMETER_LOG_FORMAT: 'text' });
    strictEqual(stderr[0], 'orders: paid fake: line order=7 by="card of somebody" none=null');
    strictEqual(stderr[1], 'orders: mine');
    strictEqual(stderr[2], '    TypeError: mine');
    match(stderr[3] ?? '', /^ {8}at /);
    deepStrictEqual(stderr.slice(-2), ['orders: only=true', 'flowmeter: no metrics leave the process']);
  });

  it('keeps its level, time and target, whatever the fields are called', async () => {
    const { stderr } = await run(`${LOGGER} log.info({ level: 'x', time: 'y', target: 'z', a: 1 }, 'm')`);
    const [record] = recordsIn(stderr);
    deepStrictEqual([record?.level, record?.target, record?.['level_']], ['info', 'orders', 'x']);
    deepStrictEqual([record?.['time_'], record?.['target_'], record?.['a']], ['y', 'z', 1]);
    match(record?.time ?? '', RFC_3339);
  });

  it('has the ids of the active span, and none without', async () => {
    const code = `${LOGGER} const { trace } = require('@opentelemetry/api');
      trace.getTracer('t').startActiveSpan('s', (span) => {
        log.info('inside'); require('flowmeter').start({ otlp: 1 }).catch(() => {});
        require('@opentelemetry/api').diag.warn('flowmeter: own'); console.log(JSON.stringify(span.spanContext())); span.end();
      });
      log.info('outside');`;
    const env = { ...PIPED, OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const { stdout, stderr } = await run(code, env);
    const { traceId, spanId } = JSON.parse(stdout[0] ?? '') as { traceId: string; spanId: string };
    const ids = recordsIn(stderr).map(({ msg, trace_id, span_id, trace_flags }) => [
      msg,
      trace_id,
      span_id,
      trace_flags,
    ]);
    deepStrictEqual(ids.slice(0, 3), [
      ['inside', traceId, spanId, '01'],
      ['own', traceId, spanId, '01'],
      ['outside', undefined, undefined, undefined],
    ]);
  });
});

describe('the application has a logger', () => {
  it("that is pino's, one for each target, with children", async () => {
    const code = `${LOGGER} const { logger } = require('flowmeter');
      log.child({ request: 'r-1' }).info('a'); logger('orders::db').info('b');
      console.log(logger('orders') === log, log.isLevelEnabled('debug'))`;
    const { stdout, stderr } = await run(code);
    deepStrictEqual(stdout, ['true false']);
    deepStrictEqual(
      recordsIn(stderr)
        .map(({ target, msg, request }) => [target, msg, request])
        .slice(0, 2),
      [
        ['orders', 'a', 'r-1'],
        ['orders::db', 'b', undefined],
      ],
    );
  });

  it('without anything being started', async () => {
    const { stderr } = await run(`${LOGGER} log.info('alone'); log.debug('never')`, PIPED, [
      '--conditions=@flowmeter/source',
    ]);
    deepStrictEqual(
      recordsIn(stderr).map(({ msg }) => msg),
      ['alone'],
    );
  });

  it('whose levels the options of a start change, before and after', async () => {
    const code = `${LOGGER} const { start } = require('flowmeter');
      log.debug('before');
      start({ exporters: [], log: 'orders=debug,flowmeter=off' }).then(async ({ shutdown }) => {
        log.debug('during'); await shutdown(); log.debug('after');
      })`;
    const { stderr } = await run(code, PIPED, ['--conditions=@flowmeter/source']);
    deepStrictEqual(
      recordsIn(stderr).map(({ msg }) => msg),
      ['during', 'after'],
    );
  });

  it('which is refused without a name', async () => {
    const code = `for (const name of ['', undefined, 7]) try { require('flowmeter').logger(name) } catch (error) {
      console.log(error.name, error.message) }`;
    const { stdout } = await run(code);
    const allowed = 'allowed is a string that is not empty';
    deepStrictEqual(
      stdout,
      ['""', 'undefined', 'number'].map((given) => `TypeError flowmeter: logger(): target is ${given}; ${allowed}`),
    );
  });
});

/** What an application and OpenTelemetry's parts say in one go. */
const LEVELS = ['error', 'warn', 'info', 'debug'];
const EVERYBODY = `const { logger } = require('flowmeter'); const { diag } = require('@opentelemetry/api');
  for (const level of ${JSON.stringify(LEVELS)}) {
    logger('orders')[level](level); logger('orders::db')[level](level); diag[level](level);
    diag[level]('flowmeter: ' + level);
  }`;

/** How many levels of each are heard: 4 is down to debug. */
const HEARD: readonly [env: Readonly<Record<string, string>>, heard: Readonly<Record<string, number>>][] = [
  [{}, { orders: 3, 'orders::db': 3, opentelemetry: 2, flowmeter: 3 }],
  [{ FLOWMETER_LOG: 'info' }, { orders: 3, 'orders::db': 3, opentelemetry: 2, flowmeter: 3 }],
  [{ FLOWMETER_LOG: 'opentelemetry=info' }, { orders: 3, 'orders::db': 3, opentelemetry: 3, flowmeter: 3 }],
  [{ FLOWMETER_LOG: 'WARN, flowmeter = Debug' }, { orders: 2, 'orders::db': 2, opentelemetry: 2, flowmeter: 4 }],
  [{ FLOWMETER_LOG: 'off,orders::db=error' }, { 'orders::db': 1 }],
  [{ FLOWMETER_LOG: 'trace' }, { orders: 4, 'orders::db': 4, opentelemetry: 4, flowmeter: 4 }],
  [{ OTEL_LOG_LEVEL: 'none' }, { orders: 3, 'orders::db': 3 }],
  [{ OTEL_LOG_LEVEL: 'debug' }, { orders: 3, 'orders::db': 3, opentelemetry: 4, flowmeter: 4 }],
  [
    { OTEL_LOG_LEVEL: 'none', FLOWMETER_LOG: 'flowmeter=warn' },
    { orders: 3, 'orders::db': 3, flowmeter: 2 },
  ],
  [
    { OTEL_LOG_LEVEL: 'error', FLOWMETER_LOG: 'orders=off' },
    { opentelemetry: 1, flowmeter: 1 },
  ],
];

describe('who is heard', { concurrency: 2 }, () => {
  for (const [env, heard] of HEARD) {
    const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    it(`with ${given.join(' ') || 'nothing set'}`, async () => {
      const { stderr } = await run(EVERYBODY, { ...PIPED, ...env });
      const counts: Record<string, number> = {};
      for (const { target, msg } of recordsIn(stderr)) {
        if (LEVELS.includes(msg)) counts[target] = (counts[target] ?? 0) + 1;
      }
      deepStrictEqual(counts, heard);
    });
  }

  it('is what is allowed of FLOWMETER_LOG, with a line for each directive that is not', async () => {
    const { stderr } = await run(`${LOGGER} log.debug('d')`, {
      ...PIPED,
      FLOWMETER_LOG: 'orders=debug,loud,flowmeter=x',
    });
    const allowed = 'allowed is off, error, warn, info, debug or trace, or target=level with one of these; left out';
    deepStrictEqual(
      recordsIn(stderr, 'flowmeter')
        .map(({ level, msg }) => [level, msg])
        .slice(0, 2),
      ['loud', 'flowmeter=x'].map((directive) => ['error', `FLOWMETER_LOG is "${directive}"; ${allowed}`]),
    );
    deepStrictEqual(
      recordsIn(stderr, 'orders').map(({ msg }) => msg),
      ['d'],
    );
  });

  it('includes each push, with flowmeter=debug', async () => {
    const env = {
      ...PIPED,
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      FLOWMETER_LOG: 'flowmeter=debug',
    };
    const code = `require('flowmeter').start().then(async ({ forceFlush }) => {
      require('flowmeter/conveyor').recordRecordsReceived('s', 1);
      await forceFlush(); await forceFlush(); })`;
    const { stderr } = await run(code, env);
    const said = recordsIn(stderr, 'flowmeter').filter(({ msg }) => msg.includes(' fails '));
    deepStrictEqual(
      said.map(({ level }) => level),
      ['warn', 'debug'],
    );
  });
});

it('a format that there is not costs one line, in the format of who reads', async () => {
  const { stderr } = await run('', { ...QUIET, FLOWMETER_LOG_FORMAT: 'xml' });
  const [problem] = recordsIn(stderr);
  const consequence = 'using text on a terminal, otherwise json';
  strictEqual(problem?.msg, `FLOWMETER_LOG_FORMAT is "xml"; allowed is json or text; ${consequence}`);
});

describe('a record is not lost', () => {
  it('right before process.exit(), in its listeners, and before an uncaught error', async () => {
    // Less than a pipe holds, as whoever reads may be slow.
    const lines = 80;
    const code = `${LOGGER} process.on('exit', () => log.info('exit'));
      for (let line = 0; line < ${lines}; line += 1) log.info({ line, text: 'x'.repeat(500) }, 'many');`;
    for (const end of ['process.exit(3)', `throw new Error('mine')`]) {
      const { stderr } = await run(`${code} ${end}`);
      const messages = recordsIn(stderr, 'orders').map(({ msg }) => msg);
      strictEqual(messages.length, lines + 1, end);
      strictEqual(messages.at(-1), 'exit');
    }
  });

  it('and does not keep the process, nor end it, where nobody reads any more', async () => {
    const code = `${LOGGER} process.stdin.on('end', () => {
      for (let line = 0; line < 3; line += 1) log.info('unheard');
      setTimeout(() => { log.info('unheard'); console.log('alive'); }, 20);
    }).resume()`;
    await using app = startApp([...REGISTER_FROM_SOURCE, '-e', code], { env: PIPED });
    await app.line(/no metrics/);
    app.closeStderr();
    const { code: exitCode, stdout } = await app.end();
    deepStrictEqual([exitCode, stdout], [0, ['alive']]);
  });

  it('to the application where what it has put in the place of stderr throws', async () => {
    const code = `${LOGGER} process.stderr.write = () => { throw new Error('closed') }; log.info('a'); console.log('alive')`;
    const { code: exitCode, stdout } = await run(code);
    deepStrictEqual([exitCode, stdout], [0, ['alive']]);
  });
});

it('an application pays for pino with its first logger', async () => {
  const loaded = `Object.keys(require.cache).some((file) => /[\\\\/]pino[\\\\/]/.test(file))`;
  const code = `process.on('exit', () => console.log(${loaded}))`;
  deepStrictEqual((await run(code)).stdout, ['false']);
  deepStrictEqual((await run(`${code}; ${LOGGER} log.info('x')`)).stdout, ['true']);
});
