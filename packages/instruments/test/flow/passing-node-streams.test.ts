import { passing, type End } from '@flowmeter/instruments/flow';
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { addAbortSignal, Duplex, PassThrough, Readable, Writable } from 'node:stream';
import { pipeline, finished } from 'node:stream/promises';
import { test } from 'node:test';
import type { AddressInfo } from 'node:net';
import { fc } from '../support/properties.ts';
import { failingWatch, logWatch } from '../support/watch-log.ts';

type Step = 'chunk' | 'chunk later' | 'two chunks' | 'error' | 'destroy';

interface Script {
  readonly steps: readonly Step[];
  readonly objectMode: boolean;
  readonly encoding: BufferEncoding | undefined;
  readonly highWaterMark: number;
}

const scripts = fc.record<Script>({
  steps: fc.array(fc.constantFrom<Step>('chunk', 'chunk', 'chunk later', 'two chunks', 'error', 'destroy'), {
    maxLength: 8,
  }),
  objectMode: fc.boolean(),
  encoding: fc.constantFrom(undefined, 'utf8', 'base64'),
  highWaterMark: fc.integer({ min: 1, max: 12 }),
});

const SOURCE_ERROR = new Error('the source has failed');
const TAKER_ERROR = new Error('the taker has failed');

/** Gives a multi-byte character in two chunks, now and then, to tell decoding from counting. */
class ScriptedReadable extends Readable {
  reads = 0;
  readonly #script: Script;
  #given = 0;

  constructor(script: Script) {
    const { objectMode, highWaterMark } = script;
    super({ objectMode, highWaterMark });
    if (script.encoding !== undefined && !objectMode) this.setEncoding(script.encoding);
    this.#script = script;
  }

  override _read(): void {
    const step = this.#script.steps[this.reads++];
    if (step === undefined) this.push(null);
    else if (step === 'chunk') this.push(this.#chunk());
    else if (step === 'chunk later') setImmediate(() => this.push(this.#chunk()));
    else if (step === 'two chunks') [this.#chunk(), this.#chunk()].forEach((chunk) => this.push(chunk));
    else if (step === 'error') setImmediate(() => this.destroy(SOURCE_ERROR));
    else this.destroy();
  }

  #chunk(): unknown {
    const index = this.#given++;
    if (this.#script.objectMode) return { index };
    return Buffer.from('aé€').subarray(index % 3, 3 + (index % 3));
  }
}

/** Reads in some way, and returns what it has got and the error it ended with. */
type Taker = (source: Readable, limit: number, got: unknown[]) => Promise<unknown>;

const takers: Readonly<Record<string, Taker>> = {
  'a loop that may leave early': async (source, limit, got) => {
    for await (const chunk of source) if (got.push(chunk) >= limit) break;
  },
  'a loop that may throw': async (source, limit, got) => {
    for await (const chunk of source) if (got.push(chunk) >= limit) throw TAKER_ERROR;
  },
  'a listener for data that may destroy it': async (source, limit, got) => {
    source.on('data', (chunk) => {
      if (got.push(chunk) >= limit) source.destroy();
    });
    await finished(source);
  },
  'a listener that pauses': async (source, _, got) => {
    source.on('data', (chunk) => {
      got.push(chunk);
      source.pause();
      setImmediate(() => source.resume());
    });
    await finished(source);
  },
  'a listener for readable that reads in bits': async (source, limit, got) => {
    source.on('readable', () => {
      for (;;) {
        const chunk: unknown = source.readableObjectMode ? source.read() : source.read(2);
        if (chunk === null) break;
        got.push(chunk);
        if (got.length === limit) source.destroy(TAKER_ERROR);
      }
    });
    await finished(source);
  },
  'a pipeline into a slow destination that may fail': async (source, limit, got) => {
    const destination = new Writable({
      objectMode: true,
      highWaterMark: 2,
      write(chunk, _, callback) {
        setImmediate(callback, got.push(chunk) >= limit ? TAKER_ERROR : null);
      },
    });
    await pipeline(source, destination);
  },
  'a pipeline through a generator': async (source, limit, got) => {
    await pipeline(source, async function (chunks: AsyncIterable<unknown>) {
      for await (const chunk of chunks) if (got.push(chunk) >= limit) return;
    });
  },
  'a web stream made of it': async (source, _, got) => {
    const reader = Readable.toWeb(source).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      got.push(value);
    }
  },
};

interface Course {
  readonly got: readonly unknown[];
  readonly error: unknown;
  readonly events: readonly (readonly unknown[])[];
  readonly reads: number;
  readonly state: readonly unknown[];
}

async function courseOf(source: ScriptedReadable, used: Readable, take: Taker, limit: number): Promise<Course> {
  const got: unknown[] = [];
  const events: unknown[][] = [];
  for (const event of ['end', 'error', 'close']) used.on(event, (...args: unknown[]) => events.push([event, ...args]));
  let error: unknown;
  try {
    await take(used, limit, got);
  } catch (thrown) {
    error = thrown;
  }
  while (!events.some(([name]) => name === 'close')) await new Promise(setImmediate);
  return { got, error, events, reads: source.reads, state: [source.destroyed, source.readableEnded, source.errored] };
}

for (const [title, take] of Object.entries(takers)) {
  test(`a Node stream behaves as it does without: ${title}`, async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.integer({ min: 1, max: 12 }), async (given, limit) => {
        // Node's own web streams do not take decoded text.
        const script = title.includes('web') ? { ...given, encoding: undefined } : given;
        const unwatched = new ScriptedReadable(script);
        const bare = await courseOf(unwatched, unwatched, take, limit);
        const source = new ScriptedReadable(script);
        const { watch, items, ends } = logWatch();
        assert.deepEqual(await courseOf(source, passing(source, watch), take, limit), bare);
        // What a web stream or a pipe has read ahead of its taker has left the source as well.
        const readsAhead = title.includes('web') || title.includes('slow');
        const taken = readsAhead ? items.slice(0, bare.got.length) : items;
        assert.deepEqual(taken.map(comparable), bare.got.map(comparable));
        assert.deepEqual(ends, [endOf(bare)]);
      }),
      { numRuns: 60 },
    );
  });
}

test('a loop over a Node stream that is left early is cancelled', async () => {
  const { watch, ends } = logWatch();
  const stream = passing(Readable.from([1, 2, 3]), watch);
  const closed = new Promise((resolve) => stream.once('close', resolve));
  for await (const _ of stream) break;
  await closed;
  assert.deepEqual(ends, [{ cancelled: true }]);
});

test('a Node stream that a signal has ended has failed, with what Node makes of it', async () => {
  const { watch, ends } = logWatch();
  const controller = new AbortController();
  const stream = addAbortSignal(controller.signal, passing(Readable.from([1, 2, 3]), watch));
  controller.abort();
  const error: unknown = await finished(stream).catch((thrown: unknown) => thrown);
  assert.equal((error as Error).name, 'AbortError');
  assert.deepEqual(ends, [{ succeeded: false, error }]);
});

test('a watch that fails changes nothing in a Node stream', async () => {
  const script: Script = { steps: ['chunk', 'chunk later'], objectMode: false, encoding: undefined, highWaterMark: 5 };
  const chunks = await passing(new ScriptedReadable(script), failingWatch).toArray();
  assert.equal(Buffer.concat(chunks as Buffer[]).length, 6);
});

test('what was there before it is watched is told as well', async () => {
  const source = new PassThrough();
  source.end('before');
  await once(source, 'readable');
  const { watch, items } = logWatch();
  assert.equal(
    await passing(source.setEncoding('utf8'), watch).reduce((all: string, next) => `${all}${next}`, ''),
    'before',
  );
  assert.deepEqual(items, ['before']);
});

test('an answer over HTTP keeps its headers', async () => {
  const server = createServer((_, response) => response.setHeader('x-flow', 'kept').end('body')).listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [response] = (await once(get({ port, agent: false }), 'response')) as [IncomingMessage];
  const { watch, items, ends } = logWatch();
  const passed = passing(response, watch);
  assert.equal(passed.headers['x-flow'], 'kept');
  await passed
    .resume()
    .toArray()
    .catch(() => {});
  assert.deepEqual([Buffer.concat(items as Buffer[]).toString(), ends.length], ['body', 1]);
  server.close();
});

test('a duplex stream can still be written to', async () => {
  const duplex = Duplex.from(async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) yield chunk.toString().toUpperCase();
  });
  const { watch, items } = logWatch();
  const passed = passing(duplex, watch);
  passed.end('loud');
  assert.deepEqual(await passed.toArray(), ['LOUD']);
  assert.deepEqual(items, ['LOUD']);
});

test('an error of a file that nobody listens for is the process’s, as it is without', async () => {
  const source = passing(createReadStream(new URL('no-such-file', import.meta.url)), logWatch().watch);
  assert.equal(source.listenerCount('error'), 0);
  const [error] = (await once(source, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ENOENT');
});

const over: readonly (readonly [title: string, over: () => Promise<Readable>, expected: End])[] = [
  [
    'has ended',
    async () => {
      const source = Readable.from([1]);
      await source.toArray();
      return source;
    },
    { succeeded: true, value: undefined },
  ],
  [
    'was destroyed',
    async () => {
      const source = Readable.from([1]).destroy();
      await once(source, 'close');
      return source;
    },
    { cancelled: true },
  ],
  [
    'has failed',
    async () => {
      const source = Readable.from([1])
        .on('error', () => {})
        .destroy(SOURCE_ERROR);
      await new Promise((resolve) => source.once('close', resolve));
      return source;
    },
    { succeeded: false, error: SOURCE_ERROR },
  ],
];

for (const [title, make, expected] of over) {
  test(`the end of a stream that ${title} before it is watched is told at once`, async () => {
    const source = await make();
    const { watch, ends } = logWatch();
    assert.equal(passing(source, watch), source);
    assert.deepEqual(ends, [expected]);
  });
}

test('one stream can be watched twice', async () => {
  const [first, second] = [logWatch(), logWatch()];
  await passing(passing(Readable.from([1, 2]), first.watch), second.watch).toArray();
  assert.deepEqual(
    [first.items, second.items],
    [
      [1, 2],
      [1, 2],
    ],
  );
  assert.deepEqual([first.ends.length, second.ends.length], [1, 1]);
});

function endOf({ events }: Course): End {
  const [name, error] = events[0] ?? [];
  if (name === 'end') return { succeeded: true, value: undefined };
  // With this Node destroys what a loop has left.
  const isLeft = error instanceof Error && error.name === 'AbortError';
  return name === 'error' && !isLeft ? { succeeded: false, error } : { cancelled: true };
}

/** A web stream gives other views of the same bytes. */
function comparable(chunk: unknown): unknown {
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : chunk;
}
