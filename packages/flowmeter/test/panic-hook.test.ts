/** DeltaForge counts the panics of its process, and nothing else changes by that. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';

/** Applications by what becomes of them; what they count is `panics`. */
const PANICS: Readonly<Record<string, { readonly code: string; readonly panics: number }>> = {
  'throws what nobody catches': { code: `setImmediate(() => { throw new TypeError('mine') });`, panics: 1 },
  'rejects what nobody catches': { code: `Promise.reject(new Error('mine'));`, panics: 1 },
  'rejects with what is no error': { code: `Promise.reject('mine');`, panics: 1 },
  'catches what is uncaught, and goes on': {
    code: `process.on('uncaughtException', ({ message }) => console.log('own', message));
      setImmediate(() => { throw new Error('one') }); setTimeout(() => { throw new Error('two') }, 20);`,
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
  for (const [ending, { code, panics }] of Object.entries(PANICS)) {
    it(`${ending} does so as without the hook, and ${panics} are counted and told`, async () => {
      await using receiver = await startOtlpReceiver();
      const expected = await run(code, receiver.url, '{ panicHook: false }');
      const end = await run(code, receiver.url, '{}');
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

it('sets that are created several times count a panic once', async () => {
  await using receiver = await startOtlpReceiver();
  await run(`create(); create(); setImmediate(() => { throw new Error('mine') });`, receiver.url, '{}');
  if (!isStock) strictEqual(totalOf(receiver), 1);
});

function run(code: string, url: string, options: string): ReturnType<typeof runApp> {
  const create = `const create = () => require('flowmeter/deltaforge').createDeltaforge(${options}); create();`;
  return runApp([...REGISTER_FROM_SOURCE, '-e', `${create}\n${code}`], {
    env: { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: url, FLOWMETER_EXIT_TIMEOUT_MS: '10000' },
  });
}

function endingOf({ code, signal, stdout, stderr }: Awaited<ReturnType<typeof runApp>>): object {
  return { code, signal, stdout, stderr: stderr.filter((line) => !/^(flowmeter|deltaforge): /.test(line)) };
}

function totalOf(receiver: Awaited<ReturnType<typeof startOtlpReceiver>>): number {
  const received = receiver.metrics().find(({ name }) => name === 'deltaforge_panics');
  return received?.kind === 'sum' ? received.value : 0;
}
