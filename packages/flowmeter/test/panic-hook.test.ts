/** DeltaForge counts the panics of its process, and nothing else changes by that. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';
import { recordsIn, type LoggedRecord } from './support/log-records.ts';

interface Panics {
  readonly code: string;
  /** Node's. */
  readonly flags?: readonly string[];
  readonly panics: number;
}

/** Applications by what becomes of them; what they count is `panics`. */
const PANICS: Readonly<Record<string, Panics>> = {
  'throws what nobody catches': { code: `setImmediate(() => { throw new TypeError('mine') });`, panics: 1 },
  'rejects what nobody catches': { code: `Promise.reject(new Error('mine'));`, panics: 1 },
  'rejects with what is no error': { code: `Promise.reject('mine');`, panics: 1 },
  'catches what is uncaught, and goes on': {
    code: `process.on('uncaughtException', ({ message }) => console.log('own', message));
      setImmediate(() => { setImmediate(() => { throw new Error('two') }); throw new Error('one') });`,
    panics: 2,
  },
  'catches one error twice, and goes on': {
    code: `process.on('uncaughtException', ({ message }) => console.log('own', message)); const error = new Error('mine');
      setImmediate(() => { throw error }); setImmediate(() => { throw error });`,
    panics: 2,
  },
  'throws the rejection that it was told of': {
    code: `process.on('unhandledRejection', (error) => { throw error }); Promise.reject(new Error('mine'));`,
    panics: 1,
  },
  'has each rejection told as an exception first': {
    code: `process.on('uncaughtException', () => {}).on('unhandledRejection', ({ message }) => console.log('own', message));
      const error = new Error('mine'); Promise.reject(error); setTimeout(() => Promise.reject(error), 20);`,
    flags: ['--unhandled-rejections=strict'],
    panics: 2,
  },
  'takes care of rejections, and goes on': {
    code: `process.on('unhandledRejection', ({ message }) => console.log('own', message)); Promise.reject(new Error('mine'));`,
    panics: 1,
  },
  'takes care of one rejection': {
    code: `process.once('unhandledRejection', ({ message }) => console.log('own', message));
      Promise.reject(new Error('one')); setTimeout(() => Promise.reject(new Error('two')), 20);`,
    panics: 2,
  },
  'takes care of rejections no more': {
    code: `const ignore = () => {}; process.on('unhandledRejection', ignore); process.off('unhandledRejection', ignore);
      Promise.reject(new Error('mine'));`,
    panics: 1,
  },
  'throws what it catches': {
    code: `try { throw new Error('mine') } catch {} Promise.reject(new Error('mine')).catch(() => {});`,
    panics: 0,
  },
};

/** sdk-metrics' own engine delivers nothing at the end of a crash. */
const isStock = process.env['FLOWMETER_ENGINE'] === 'sdk';

describe('an application that', { concurrency: 2 }, () => {
  for (const [ending, { code, flags, panics }] of Object.entries(PANICS)) {
    it(`${ending} does so as without the hook, and ${panics} are counted and told`, async () => {
      await using receiver = await startOtlpReceiver();
      const expected = await run(code, receiver.url, '{ panicHook: false }', flags);
      const end = await run(code, receiver.url, '{}', flags);
      deepStrictEqual(endingOf(end), endingOf(expected));
      strictEqual(
        end.stderr.filter((line) => line.startsWith('deltaforge: panic in the main thread: ')).length,
        panics,
      );
      if (isStock && end.code !== 0) return;
      strictEqual(totalOf(receiver), panics);
    });
  }
});

it('a panic is told in one line, with its name, its message and where it came from', async () => {
  const { stderr } = await run(
    `setImmediate(() => { throw new TypeError('first\\nsecond') });`,
    'http://127.0.0.1:1',
    '{}',
  );
  const [line = ''] = stderr.filter((each) => each.includes('panic'));
  strictEqual(
    line.replace(/\[eval\]:\d+:\d+/, 'HERE'),
    'deltaforge: panic in the main thread: TypeError: first second, at Immediate.<anonymous> (HERE)',
  );
});

it('the record of a panic has its facts under the names of the semantic conventions', async () => {
  const record = await recordOf(
    `const pay = () => { throw new TypeError('first\\nsecond') }; setImmediate(() => pay())`,
  );
  const {
    time: _time,
    'exception.stacktrace': stack,
    'code.line.number': line,
    'code.column.number': column,
    ...others
  } = record;
  deepStrictEqual(others, {
    level: 'error',
    target: 'deltaforge',
    msg: `panic in the main thread: TypeError: first second, at pay ([eval]:${String(line)}:${String(column)})`,
    'exception.type': 'TypeError',
    'exception.message': 'first\nsecond',
    'thread.name': 'main',
    'thread.id': 0,
    'code.function.name': 'pay',
    'code.file.path': '[eval]',
  });
  match(String(stack), /^TypeError: first\nsecond\n +at pay /);
  ok(Number.isInteger(line) && Number.isInteger(column));
});

it('of what is no error, it has what there is', async () => {
  const { time: _, ...record } = await recordOf(`setImmediate(() => { throw { toString: () => 'mine' } })`);
  deepStrictEqual(record, {
    level: 'error',
    target: 'deltaforge',
    msg: 'panic in the main thread: mine',
    'exception.message': 'mine',
    'thread.name': 'main',
    'thread.id': 0,
  });
});

it('a panic in a worker thread tells which', async () => {
  const worker = `require('flowmeter/deltaforge').createDeltaforge(); throw new Error('mine')`;
  const record = await recordOf(
    `new (require('node:worker_threads').Worker)(${JSON.stringify(worker)}, { eval: true }).on('error', () => {})`,
  );
  strictEqual(record['thread.name'], `worker thread ${String(record['thread.id'])}`);
  match(record.msg, /^panic in worker thread \d+: Error: mine, at /);
});

it('sets that are created several times count a panic once', async () => {
  await using receiver = await startOtlpReceiver();
  await run(`create(); create(); setImmediate(() => { throw new Error('mine') });`, receiver.url, '{}');
  if (!isStock) strictEqual(totalOf(receiver), 1);
});

function run(code: string, url: string, options: string, flags: readonly string[] = []): ReturnType<typeof runApp> {
  const create = `const create = () => require('flowmeter/deltaforge').createDeltaforge(${options}); create();`;
  return runApp([...flags, ...REGISTER_FROM_SOURCE, '-e', `${create}\n${code}`], {
    env: { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: url, FLOWMETER_EXIT_TIMEOUT_MS: '10000' },
  });
}

/** The one record of a panic, as machines read it. */
async function recordOf(code: string): Promise<LoggedRecord> {
  const create = `require('flowmeter/deltaforge').createDeltaforge();`;
  const env = { OTEL_METRICS_EXPORTER: 'none', FLOWMETER_LOG_FORMAT: 'json' };
  const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', `${create}\n${code}`], { env });
  const records = recordsIn(stderr, 'deltaforge');
  const [record] = records;
  ok(record !== undefined && records.length === 1, stderr.join('\n'));
  return record;
}

function endingOf({ code, signal, stdout, stderr }: Awaited<ReturnType<typeof runApp>>): object {
  return { code, signal, stdout, stderr: stderr.filter((line) => !/^(flowmeter|deltaforge): /.test(line)) };
}

function totalOf(receiver: Awaited<ReturnType<typeof startOtlpReceiver>>): number {
  const received = receiver.metrics().find(({ name }) => name === 'deltaforge_panics');
  return received?.kind === 'sum' ? received.value : 0;
}
