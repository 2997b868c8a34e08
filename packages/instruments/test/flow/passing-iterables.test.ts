import { passing } from '@flowmeter/instruments/flow';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.ts';
import { failingWatch, logWatch } from '../support/watch-log.ts';

/** What a generator does at a step of its own: what it is sent, returned or thrown it writes down. */
type Step = 'yield' | 'yield in finally' | 'catch' | 'throw' | 'return' | 'wait';
/** What its taker does. */
type Call = 'next' | 'return' | 'throw';

const steps = fc.array(
  fc.constantFrom<Step>('yield', 'yield', 'yield in finally', 'catch', 'throw', 'return', 'wait'),
  {
    maxLength: 6,
  },
);
const calls = fc.array(fc.constantFrom<Call>('next', 'next', 'next', 'return', 'throw'), { maxLength: 8 });

function* generate(script: readonly Step[], trace: unknown[]): Generator<unknown, unknown, unknown> {
  for (const [index, step] of script.entries()) {
    if (step === 'yield') trace.push(yield index);
    if (step === 'throw') throw errorAt(index);
    if (step === 'return') return `returned at ${index}`;
    if (step === 'catch') {
      try {
        trace.push(yield index);
      } catch (error) {
        trace.push(error);
      }
    }
    if (step === 'yield in finally') {
      try {
        trace.push(yield index);
      } finally {
        trace.push(yield `finally ${index}`);
      }
    }
  }
  return 'done';
}

async function* generateAsync(script: readonly Step[], trace: unknown[]): AsyncGenerator<unknown, unknown, unknown> {
  for (const step of script) if (step === 'wait') await new Promise(setImmediate);
  return yield* generate(script, trace);
}

test('a generator is gone through as it is without, whatever is called in whatever order', () => {
  fc.assert(
    fc.property(steps, calls, (script, called) => {
      const bareTrace: unknown[] = [];
      const bare = answers(generate(script, bareTrace), called);
      const trace: unknown[] = [];
      const { watch, items, ends } = logWatch();
      assert.deepEqual(answers(passing(generate(script, trace), watch), called), bare);
      assert.deepEqual(trace, bareTrace);
      assert.deepEqual(items, itemsOf(bare));
      assert.ok(ends.length <= 1);
      assert.equal(ends.length, bare.some(isEnd) ? 1 : 0);
    }),
  );
});

for (const mode of ['one call after the other', 'all calls at once'] as const) {
  test(`an async generator is gone through as it is without: ${mode}`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, calls, async (script, called) => {
        const bareTrace: unknown[] = [];
        const bare = await answersOfAsync(generateAsync(script, bareTrace), called, mode);
        const trace: unknown[] = [];
        const { watch, items, ends } = logWatch();
        const passed = passing(generateAsync(script, trace), watch);
        assert.deepEqual(await answersOfAsync(passed, called, mode), bare);
        assert.deepEqual(trace, bareTrace);
        assert.deepEqual(items, itemsOf(bare));
        assert.equal(ends.length, bare.some(isEnd) ? 1 : 0);
      }),
    );
  });
}

test('a loop over a generator that is left early runs its finally, and is cancelled', () => {
  let released = 0;
  function* source(): Generator<number> {
    try {
      yield 1;
      yield 2;
    } finally {
      released += 1;
    }
  }
  const { watch, items, ends } = logWatch();
  for (const item of passing(source(), watch)) if (item === 1) break;
  assert.deepEqual([released, items, ends], [1, [1], [{ cancelled: true }]]);
});

test('a loop over an async generator that is left by an error runs its finally, and throws that error', async () => {
  let released = 0;
  async function* source(): AsyncGenerator<number> {
    try {
      yield 1;
      yield 2;
    } finally {
      released += 1;
    }
  }
  const { watch, items, ends } = logWatch();
  const mine = new Error('mine');
  await assert.rejects(
    async () => {
      for await (const item of passing(source(), watch)) {
        assert.equal(item, 1);
        throw mine;
      }
    },
    (error) => error === mine,
  );
  assert.deepEqual([released, items, ends], [1, [1], [{ cancelled: true }]]);
});

test('an error of a source reaches its taker as the same object, and is told', async () => {
  const mine = new Error('mine');
  async function* source(): AsyncGenerator<number> {
    yield 1;
    throw mine;
  }
  const { watch, items, ends } = logWatch();
  await assert.rejects(
    async () => {
      for await (const item of passing(source(), watch)) assert.equal(item, 1);
    },
    (error) => error === mine,
  );
  assert.deepEqual([items, ends], [[1], [{ succeeded: false, error: mine }]]);
});

test('an iterable can be gone through again, and ends once', () => {
  const { watch, items, ends } = logWatch();
  const passed = passing(new Set(['a', 'b']), watch);
  assert.deepEqual([...passed, ...passed], ['a', 'b', 'a', 'b']);
  assert.deepEqual([items, ends], [['a', 'b', 'a', 'b'], [{ succeeded: true, value: undefined }]]);
});

test('an iterator without return and throw, as many are written, can be left early', async () => {
  let next = 0;
  const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: (next += 1) }) }) };
  const { watch, items, ends } = logWatch();
  const passed = passing(source, watch);
  for await (const item of passed) if (item === 2) break;
  assert.deepEqual([items, ends], [[1, 2], [{ cancelled: true }]]);
  assert.equal(passed[Symbol.asyncIterator]().throw, undefined);
});

test('a source is not asked before its taker asks, nor for more', async () => {
  let asked = 0;
  async function* source(): AsyncGenerator<number> {
    for (;;) yield (asked += 1);
  }
  const passed = passing(source(), logWatch().watch);
  assert.equal(asked, 0);
  await passed.next();
  assert.equal(asked, 1);
});

test('what is no iterator result is the taker’s to find', async () => {
  const source = { [Symbol.asyncIterator]: () => ({ next: async () => 5 as never }) };
  await assert.rejects(async () => {
    for await (const item of passing(source, logWatch().watch)) assert.fail(String(item));
  }, TypeError);
});

test('a watch that fails changes nothing', async () => {
  async function* source(): AsyncGenerator<number> {
    yield* [1, 2];
  }
  assert.deepEqual([...passing([1, 2], failingWatch)], [1, 2]);
  const received: number[] = [];
  for await (const item of passing(source(), failingWatch)) received.push(item);
  assert.deepEqual(received, [1, 2]);
});

test('what does not flow comes back as it is', () => {
  const { watch, items } = logWatch();
  for (const value of [undefined, null, 5, 'text', true, Symbol.iterator, () => {}]) {
    assert.equal(passing(value, watch), value);
  }
  const plain = { rows: 1 };
  assert.equal(passing(plain, watch), plain);
  assert.deepEqual(items, []);
});

interface Answer {
  readonly call: Call;
  readonly done?: boolean | undefined;
  readonly value?: unknown;
  readonly thrown?: unknown;
}

function answers(iterator: Iterator<unknown, unknown, unknown>, called: readonly Call[]): Answer[] {
  return called.map((call, index) => {
    try {
      const { done, value } = ask(iterator, call, index) as IteratorResult<unknown>;
      return { call, done, value };
    } catch (thrown) {
      return { call, thrown };
    }
  });
}

async function answersOfAsync(
  iterator: AsyncIterator<unknown, unknown, unknown>,
  called: readonly Call[],
  mode: 'one call after the other' | 'all calls at once',
): Promise<Answer[]> {
  const answer = async (call: Call, index: number): Promise<Answer> => {
    try {
      const { done, value } = (await ask(iterator, call, index)) as IteratorResult<unknown>;
      return { call, done, value };
    } catch (thrown) {
      return { call, thrown };
    }
  };
  if (mode === 'all calls at once') return Promise.all(called.map(answer));
  const given: Answer[] = [];
  for (const [index, call] of called.entries()) given.push(await answer(call, index));
  return given;
}

function ask(
  iterator: Iterator<unknown, unknown, unknown> | AsyncIterator<unknown, unknown, unknown>,
  call: Call,
  index: number,
): unknown {
  if (call === 'next') return iterator.next(`sent ${index}`);
  if (call === 'return') return iterator.return?.(`given ${index}`);
  return iterator.throw?.(errorAt(index));
}

const errors: Error[] = Array.from({ length: 8 }, (_, index) => new Error(`error ${index}`));

function errorAt(index: number): unknown {
  return errors[index];
}

/** What the taker was handed: the values of results that are not done. */
function itemsOf(given: readonly Answer[]): unknown[] {
  return given.filter(({ done }) => done === false).map(({ value }) => value);
}

function isEnd({ done, thrown }: Answer): boolean {
  return done === true || thrown !== undefined;
}
