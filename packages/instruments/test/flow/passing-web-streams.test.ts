import { passing, type End } from '@flowmeter/instruments/flow';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../support/properties.ts';
import { failingWatch, logWatch } from '../support/watch-log.ts';

type Step = (typeof chunks)[number] | (typeof failures)[number];

const SOURCE_ERROR = new Error('the source has failed');
const TAKER_ERROR = new Error('the taker has failed');

const chunks = ['chunk', 'chunk', 'chunk later', 'two chunks', 'chunk and close'] as const;
const failures = ['error', 'error later', 'throw'] as const;

/** Sources that read ahead, and ones that may fail when they are asked. */
const scripts = fc.oneof(
  fc.record<Script>({
    steps: fc.array(fc.constantFrom<Step>(...chunks), { maxLength: 8 }),
    highWaterMark: fc.nat(3),
    cancelFails: fc.boolean(),
  }),
  fc.record<Script>({
    steps: fc.array(fc.constantFrom<Step>(...chunks, ...failures), { maxLength: 8 }),
    highWaterMark: fc.constant(0),
    cancelFails: fc.boolean(),
  }),
);

interface Script {
  readonly steps: readonly Step[];
  readonly highWaterMark: number;
  readonly cancelFails: boolean;
}

/** What was asked of a source. */
interface Asked {
  pulls: number;
  cancels: unknown[];
}

function scriptedStream({ steps, highWaterMark, cancelFails }: Script): { stream: ReadableStream; asked: Asked } {
  const asked: Asked = { pulls: 0, cancels: [] };
  let given = 0;
  const stream = new ReadableStream<unknown>(
    {
      async pull(controller) {
        const step = steps[asked.pulls++];
        if (step === undefined) controller.close();
        if (step === 'chunk later' || step === 'error later') await new Promise(setImmediate);
        if (step?.includes('chunk') === true) controller.enqueue({ index: given++ });
        if (step === 'two chunks') controller.enqueue({ index: given++ });
        if (step === 'chunk and close') controller.close();
        if (step?.startsWith('error') === true) controller.error(SOURCE_ERROR);
        if (step === 'throw') throw SOURCE_ERROR;
      },
      cancel(reason) {
        asked.cancels.push(reason);
        if (cancelFails) throw SOURCE_ERROR;
      },
    },
    { highWaterMark },
  );
  return { stream, asked };
}

type Taker = (source: ReadableStream, limit: number, got: unknown[]) => Promise<unknown>;

const takers: Readonly<Record<string, Taker>> = {
  'a reader that may cancel': async (source, limit, got) => {
    const reader = source.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return reader.closed;
      if (got.push(value) >= limit) return reader.cancel(TAKER_ERROR);
    }
  },
  'a reader that asks several times at once': async (source, limit, got) => {
    const reader = source.getReader();
    const reads = await Promise.allSettled(Array.from({ length: limit }, () => reader.read()));
    const fulfilled = reads.filter((read) => read.status === 'fulfilled');
    for (const { value } of fulfilled) if (!value.done) got.push(value.value);
    assert.ok(reads.every((read) => read.status === 'fulfilled' || read.reason === SOURCE_ERROR));
    return reader.cancel(TAKER_ERROR);
  },
  'a loop that may leave early': async (source, limit, got) => {
    for await (const chunk of source) if (got.push(chunk) >= limit) break;
  },
  'a loop that may throw': async (source, limit, got) => {
    for await (const chunk of source) if (got.push(chunk) >= limit) throw TAKER_ERROR;
  },
  'a pipe into a slow destination that may fail': async (source, limit, got) => {
    const write = async (chunk: unknown): Promise<void> => {
      await new Promise(setImmediate);
      if (got.push(chunk) >= limit) throw TAKER_ERROR;
    };
    await source.pipeTo(new WritableStream({ write }));
  },
  'a pipe that is aborted': async (source, limit, got) => {
    const abort = new AbortController();
    const write = (chunk: unknown): void => {
      if (got.push(chunk) >= limit) abort.abort(TAKER_ERROR);
    };
    await source.pipeTo(new WritableStream({ write }), { signal: abort.signal });
  },
};

interface Course {
  readonly got: readonly unknown[];
  readonly error: unknown;
  readonly cancels: readonly unknown[];
}

async function courseOf(used: ReadableStream, asked: Asked, take: Taker, limit: number): Promise<Course> {
  const got: unknown[] = [];
  let error: unknown;
  try {
    await take(used, limit, got);
  } catch (thrown) {
    error = thrown;
  }
  return { got, error, cancels: asked.cancels };
}

for (const [title, take] of Object.entries(takers)) {
  test(`a web stream behaves as it does without: ${title}`, async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.integer({ min: 1, max: 10 }), async (script, limit) => {
        const unwatched = scriptedStream(script);
        const bare = await courseOf(unwatched.stream, unwatched.asked, take, limit);
        const { stream, asked } = scriptedStream(script);
        const { watch, items, ends } = logWatch();
        assert.deepEqual(await courseOf(passing(stream, watch), asked, take, limit), bare);
        assert.deepEqual(items.slice(0, bare.got.length), bare.got);
        assert.equal(ends.length, 1);
      }),
      { numRuns: 150 },
    );
  });
}

test('a web stream reads no further ahead than its source does by itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(3), fc.nat(4), async (highWaterMark, reads) => {
      const script: Script = { steps: Array.from({ length: 20 }, () => 'chunk'), highWaterMark, cancelFails: false };
      const [bare, watched] = [scriptedStream(script), scriptedStream(script)];
      for (const stream of [bare.stream, passing(watched.stream, logWatch().watch)]) {
        const reader = stream.getReader();
        for (let read = 0; read < reads; read += 1) await reader.read();
        await new Promise(setImmediate);
      }
      assert.equal(watched.asked.pulls, bare.asked.pulls);
    }),
  );
});

const ends: readonly (readonly [title: string, Step[], use: (source: ReadableStream) => Promise<unknown>, End])[] = [
  ['that is read to its end', ['chunk'], async (source) => everythingOf(source), { succeeded: true, value: undefined }],
  ['that is cancelled', ['chunk'], async (source) => source.cancel(TAKER_ERROR), { cancelled: true }],
  [
    'that fails',
    ['chunk', 'error'],
    async (source) => {
      const [outcome] = await Promise.allSettled([everythingOf(source)]);
      assert.equal(outcome.status === 'rejected' && outcome.reason, SOURCE_ERROR);
    },
    { succeeded: false, error: SOURCE_ERROR },
  ],
];

for (const [title, steps, use, expected] of ends) {
  test(`the end of a web stream ${title} is told`, async () => {
    const told = logWatch();
    await use(passing(scriptedStream({ steps, highWaterMark: 0, cancelFails: false }).stream, told.watch));
    assert.deepEqual(told.ends, [expected]);
  });
}

test('an error of the source is known to whoever waits for the stream to close, read or not', async () => {
  let fail = (): void => {};
  const source = new ReadableStream({ start: (controller) => void (fail = () => controller.error(SOURCE_ERROR)) });
  const reader = passing(source, logWatch().watch).getReader();
  fail();
  await assert.rejects(reader.closed, (error) => error === SOURCE_ERROR);
});

test('a stream of bytes gives its bytes', async () => {
  const { watch, items } = logWatch();
  const { body } = new Response('bytes');
  assert.ok(body !== null);
  assert.equal(await new Response(passing(body, watch)).text(), 'bytes');
  assert.equal(Buffer.concat(items as Uint8Array[]).toString(), 'bytes');
});

test('both branches of a tee give everything, and it is told once', async () => {
  const { watch, items } = logWatch();
  const { stream } = scriptedStream({ steps: ['chunk', 'two chunks'], highWaterMark: 1, cancelFails: false });
  const [one, other] = passing(stream, watch).tee();
  assert.deepEqual(await everythingOf(one), await everythingOf(other));
  assert.equal(items.length, 3);
});

test('a stream that has a reader already comes back as it is', () => {
  const { stream } = scriptedStream({ steps: [], highWaterMark: 0, cancelFails: false });
  stream.getReader();
  const told = logWatch();
  assert.equal(passing(stream, told.watch), stream);
  assert.deepEqual(told.ends, [{ cancelled: true }]);
});

test('a watch that fails changes nothing in a web stream', async () => {
  const { stream } = scriptedStream({ steps: ['chunk', 'two chunks'], highWaterMark: 1, cancelFails: false });
  assert.equal((await everythingOf(passing(stream, failingWatch))).length, 3);
});

async function everythingOf(source: ReadableStream): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const chunk of source) all.push(chunk);
  return all;
}
