import { receiving, type End } from '@flowmeter/instruments/flow';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { fc } from '../support/properties.ts';
import { failingWatch, logWatch } from '../support/watch-log.ts';

type Step = 'write' | 'write later' | 'fail' | 'fail later' | 'destroy';

const steps = fc.array(fc.constantFrom<Step>('write', 'write', 'write later', 'fail', 'fail later', 'destroy'), {
  maxLength: 6,
});

const DESTINATION_ERROR = new Error('the destination has failed');
const GIVER_ERROR = new Error('the giver has failed');

interface Script {
  readonly steps: readonly Step[];
  readonly highWaterMark: number;
  readonly objectMode: boolean;
  readonly inBatches: boolean;
}

const scripts = fc.record<Script>({
  steps,
  highWaterMark: fc.integer({ min: 1, max: 8 }),
  objectMode: fc.boolean(),
  inBatches: fc.boolean(),
});

class ScriptedWritable extends Writable {
  readonly written: unknown[] = [];
  /** Chunks that are being written, a destroyed stream's too. */
  pending = 0;
  #step = 0;
  readonly #steps: readonly Step[];

  constructor({ steps: script, highWaterMark, objectMode, inBatches }: Script) {
    super({
      highWaterMark,
      objectMode,
      ...(inBatches && {
        writev: (batch, callback) =>
          this.#do(
            batch.map(({ chunk }) => chunk as unknown),
            callback,
          ),
      }),
    });
    this.#steps = script;
  }

  override _write(chunk: unknown, _: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#do([chunk], callback);
  }

  #do(chunks: readonly unknown[], callback: (error?: Error | null) => void): void {
    const step = this.#steps[this.#step++];
    if (step === 'fail') callback(DESTINATION_ERROR);
    else if (step === 'fail later') setImmediate(callback, DESTINATION_ERROR);
    else if (step === 'destroy') this.destroy();
    else if (step === 'write later') {
      this.pending += 1;
      setImmediate(() => {
        this.pending -= 1;
        this.written.push(...chunks);
        callback();
      });
    } else {
      this.written.push(...chunks);
      callback();
    }
  }
}

type Giver = (destination: Writable, count: number) => Promise<unknown>;

const givers: Readonly<Record<string, Giver>> = {
  'a pipeline': async (destination, count) => pipeline(Readable.from(chunksOf(count)), destination),
  'a pipeline whose source fails': async (destination, count) =>
    pipeline(async function* () {
      yield* chunksOf(count);
      throw GIVER_ERROR;
    }, destination),
  'writes that wait for nothing': async (destination, count) => {
    const closed = new Promise((resolve) => destination.once('close', resolve));
    for (const chunk of chunksOf(count)) destination.write(chunk, 'utf8');
    destination.end('last');
    await closed;
  },
  'a destroy in between': async (destination, count) => {
    const closed = new Promise((resolve) => destination.once('close', resolve));
    for (const chunk of chunksOf(count)) destination.write(chunk);
    setImmediate(() => destination.destroy());
    await closed;
  },
};

for (const [title, give] of Object.entries(givers)) {
  test(`a Node stream is written to as it is without: ${title}`, async () => {
    await fc.assert(
      fc.asyncProperty(scripts, fc.nat(8), async (script, count) => {
        const bare = await courseOf(new ScriptedWritable(script), (destination) => destination, give, count);
        const { watch, items, ends } = logWatch();
        const watched = await courseOf(
          new ScriptedWritable(script),
          (destination) => receiving(destination, watch),
          give,
          count,
        );
        assert.deepEqual(watched, bare);
        assert.deepEqual(items, bare.written);
        assert.deepEqual(ends, [endOf(bare.events)]);
      }),
      { numRuns: 60 },
    );
  });
}

test('what a transform has taken is told, and what it gives is left alone', async () => {
  const { watch, items } = logWatch();
  const transform = receiving(new PassThrough(), watch);
  const given = await Readable.from([Buffer.from('a'), Buffer.from('b')])
    .compose(transform)
    .toArray();
  assert.equal(Buffer.concat(given as Buffer[]).toString(), 'ab');
  assert.equal(Buffer.concat(items as Buffer[]).toString(), 'ab');
});

test('a transform whose taker leaves it early is cancelled', async () => {
  const { watch, ends } = logWatch();
  const transform = receiving(new PassThrough({ objectMode: true }), watch);
  const closed = new Promise((resolve) => transform.once('close', resolve));
  transform.write({ index: 0 });
  for await (const _ of transform) break;
  await closed;
  assert.deepEqual(ends, [{ cancelled: true }]);
});

test('an HTTP request and an HTTP response tell what they have accepted', async () => {
  const [sent, answered] = [logWatch(), logWatch()];
  const server = createServer((incoming, response) => {
    const answer = receiving(response, answered.watch);
    answer.write('one ');
    incoming.resume().on('end', () => answer.end('two'));
  }).listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const outgoing = receiving(request({ port, method: 'PUT', agent: false }), sent.watch);
  const answer = once(outgoing, 'response') as Promise<[Readable]>;
  await pipeline(Readable.from(['up', 'load']), outgoing);
  const [response] = await answer;
  assert.equal(Buffer.concat((await response.toArray()) as Buffer[]).toString(), 'one two');
  assert.deepEqual(
    [sent.items, answered.items],
    [
      ['up', 'load'],
      ['one ', 'two'],
    ],
  );
  assert.deepEqual(sent.ends, [{ succeeded: true, value: undefined }]);
  server.close();
});

const failures = fc.constantFrom('none', 'write', 'close', 'start');

test('a web stream is written to as it is without', async () => {
  const abort = fc.option(fc.nat(4), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(failures, fc.nat(5), fc.nat(5), abort, async (failure, failAt, count, abortAt) => {
      const write = async (destination: WritableStream, log: unknown[]): Promise<unknown[]> => {
        const writer = destination.getWriter();
        writer.closed.catch((error: unknown) => log.push(['closed', error]));
        for (let index = 0; index < count; index += 1) {
          if (index === abortAt) {
            const [outcome] = await Promise.allSettled([writer.abort(GIVER_ERROR)]);
            log.push(outcome.status);
          }
          const [outcome] = await Promise.allSettled([writer.write(index)]);
          log.push(outcome.status === 'rejected' ? outcome.reason : outcome.status);
        }
        const [outcome] = await Promise.allSettled([writer.close()]);
        // A writer that has failed before says so in words of its own.
        log.push(outcome.status);
        return log;
      };
      const bare = scriptedWebStream(failure, failAt);
      const expected = await write(bare.stream, []);
      const watched = scriptedWebStream(failure, failAt);
      const { watch, items, ends } = logWatch();
      assert.deepEqual(await write(receiving(watched.stream, watch), []), expected);
      assert.deepEqual(watched.log, bare.log);
      assert.deepEqual(
        items,
        bare.log.filter((each) => typeof each === 'number'),
      );
      assert.equal(ends.length, 1);
    }),
  );
});

test('a web stream that fails by itself fails its writer at once', async () => {
  let fail = (): void => {};
  const stream = new WritableStream({ start: (controller) => void (fail = () => controller.error(DESTINATION_ERROR)) });
  const writer = receiving(stream, logWatch().watch).getWriter();
  fail();
  await assert.rejects(writer.closed, (error) => error === DESTINATION_ERROR);
});

test('a web stream that has a writer already comes back as it is', () => {
  const stream = new WritableStream();
  stream.getWriter();
  const { watch, ends } = logWatch();
  assert.equal(receiving(stream, watch), stream);
  assert.deepEqual(ends, [{ cancelled: true }]);
});

test('a watch that fails changes nothing in what is written', async () => {
  const destination = new ScriptedWritable({ steps: [], highWaterMark: 1, objectMode: true, inBatches: false });
  await pipeline(Readable.from([1, 2]), receiving(destination, failingWatch));
  const written: unknown[] = [];
  const web = new WritableStream({ write: (chunk) => void written.push(chunk) });
  await ReadableStream.from([1, 2]).pipeTo(receiving(web, failingWatch));
  assert.deepEqual(
    [destination.written, written],
    [
      [1, 2],
      [1, 2],
    ],
  );
});

test('what cannot be written to comes back as it is', () => {
  const { watch } = logWatch();
  for (const value of [undefined, null, 5, 'text', () => {}]) assert.equal(receiving(value, watch), value);
  const readable = Readable.from([]);
  assert.equal(receiving(readable, watch), readable);
});

interface Course {
  readonly written: readonly unknown[];
  readonly error: unknown;
  readonly events: readonly (readonly unknown[])[];
}

async function courseOf(
  destination: ScriptedWritable,
  watched: (destination: ScriptedWritable) => Writable,
  give: Giver,
  count: number,
): Promise<Course> {
  const events: unknown[][] = [];
  for (const event of ['finish', 'error', 'close']) {
    destination.on(event, (...args: unknown[]) => events.push([event, ...args]));
  }
  let error: unknown;
  try {
    await give(watched(destination), count);
  } catch (thrown) {
    error = thrown;
  }
  while (destination.pending > 0 || !events.some(([name]) => name === 'close')) await new Promise(setImmediate);
  return { written: destination.written, error, events };
}

function scriptedWebStream(failure: string, failAt: number): { stream: WritableStream; log: unknown[] } {
  const log: unknown[] = [];
  const stream = new WritableStream({
    async start() {
      if (failure === 'start') throw DESTINATION_ERROR;
    },
    async write(chunk: number) {
      await new Promise(setImmediate);
      if (failure === 'write' && chunk === failAt) throw DESTINATION_ERROR;
      log.push(chunk);
    },
    close() {
      if (failure === 'close') throw DESTINATION_ERROR;
      log.push('closed');
    },
    abort(reason) {
      log.push(['aborted', reason]);
    },
  });
  return { stream, log };
}

function chunksOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `chunk ${index}`);
}

function endOf(events: readonly (readonly unknown[])[]): End {
  const [name, error] = events[0] ?? [];
  if (name === 'finish') return { succeeded: true, value: undefined };
  return name === 'error' ? { succeeded: false, error } : { cancelled: true };
}
