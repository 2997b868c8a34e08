import { createRoboflow } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync, createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createGzip } from 'node:zlib';
import { collectSeries, type Collected } from '../support/collected-series.ts';

const READ = { source: 's3' };
const WRITTEN = { destination: 's3', type: 'video' };
const ERROR = new Error('no such object');

async function bytesRead(sdk: Collected): Promise<unknown> {
  return (await sdk.series('roboflow_bytes_read')).map(({ attributes, value }) => [attributes, value]);
}

async function bytesWritten(sdk: Collected): Promise<unknown> {
  return (await sdk.series('roboflow_bytes_written')).map(({ attributes, value }) => [attributes, value]);
}

const data: readonly (readonly [title: string, data: string | Uint8Array | ArrayBuffer | Blob, bytes: number])[] = [
  ['a buffer', Buffer.from('aé€'), 6],
  ['a view of numbers', new Float64Array(3) as unknown as Uint8Array, 24],
  ['an array buffer', new ArrayBuffer(7), 7],
  ['a blob', new Blob(['aé€']), 6],
  ['text, in UTF-8', 'aé€', 6],
];

for (const [title, given, bytes] of data) {
  test(`reading and writing ${title} counts its bytes, and gives it back itself`, async () => {
    const sdk = collectSeries();
    const roboflow = createRoboflow(sdk);
    assert.equal(roboflow.reading(READ, given), given);
    assert.equal(roboflow.writing(WRITTEN, given), given);
    assert.deepEqual([await bytesRead(sdk), await bytesWritten(sdk)], [[[READ, bytes]], [[WRITTEN, bytes]]]);
  });
}

test('reading a promise counts what it resolves to, and rejects as it does', async () => {
  const sdk = collectSeries();
  const { reading } = createRoboflow(sdk);
  assert.equal((await reading(READ, Promise.resolve(Buffer.alloc(5)))).length, 5);
  assert.equal((await (await reading(READ, Promise.resolve(Readable.from(['ab'])))).toArray()).length, 1);
  await assert.rejects(reading(READ, Promise.reject<string>(ERROR)), (error) => error === ERROR);
  assert.deepEqual(await bytesRead(sdk), [[READ, 7]]);
});

test('a file is counted as it is read, and what is not read is not counted', async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, 'recording.mcap');
    writeFileSync(path, Buffer.alloc(100_000, 'é'));
    const sdk = collectSeries();
    const { reading } = createRoboflow(sdk);
    for await (const chunk of reading(READ, createReadStream(path, { highWaterMark: 1000 }))) {
      assert.equal((chunk as Buffer).length, 1000);
      break;
    }
    assert.deepEqual(await bytesRead(sdk), [[READ, 1000]]);
    const text: string[] = await reading(READ, createReadStream(path, { encoding: 'utf8' })).toArray();
    assert.equal(text.join(''), 'é'.repeat(50_000));
    assert.deepEqual(await bytesRead(sdk), [[READ, 101_000]]);
  });
});

test('text that stands for bytes in base64 or hex counts those', async () => {
  const sdk = collectSeries();
  const { reading } = createRoboflow(sdk);
  for (const encoding of ['base64', 'hex', 'latin1', 'utf16le'] as const) {
    const source = new PassThrough();
    source.setEncoding(encoding).end(Buffer.alloc(12, 1));
    await reading(READ, source).toArray();
  }
  assert.deepEqual(await bytesRead(sdk), [[READ, 48]]);
});

test('a file is counted as it is written, through a pipeline', async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, 'front.mp4');
    const sdk = collectSeries();
    const source = Readable.from([Buffer.alloc(70_000), Buffer.alloc(5)]);
    await pipeline(source, createRoboflow(sdk).writing(WRITTEN, createWriteStream(path)));
    assert.equal(readFileSync(path).length, 70_005);
    assert.deepEqual(await bytesWritten(sdk), [[WRITTEN, 70_005]]);
  });
});

test('a file that cannot be written fails as it does, and has no bytes', async () => {
  const sdk = collectSeries();
  const destination = createRoboflow(sdk).writing(WRITTEN, createWriteStream('/no/such/directory/file'));
  await assert.rejects(pipeline(Readable.from(['abc']), destination), { code: 'ENOENT' });
  assert.deepEqual(await bytesWritten(sdk), []);
});

test('a destination on the way, which is both, is written to', async () => {
  const sdk = collectSeries();
  const gzip = createGzip();
  assert.equal(createRoboflow(sdk).writing(WRITTEN, gzip), gzip);
  await pipeline(Readable.from([Buffer.alloc(1000)]), gzip, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) assert.ok(chunk.length < 1000);
  });
  assert.deepEqual(await bytesWritten(sdk), [[WRITTEN, 1000]]);
});

test('the body of an upload is counted as it is taken', async () => {
  const sdk = collectSeries();
  const body = createRoboflow(sdk).writing(WRITTEN, Readable.from([Buffer.alloc(10), Buffer.alloc(20)]));
  for await (const chunk of body) if ((chunk as Buffer).length === 10) break;
  assert.deepEqual(await bytesWritten(sdk), [[WRITTEN, 10]]);
});

test('web streams are counted in both directions', async () => {
  const sdk = collectSeries();
  const { reading, writing } = createRoboflow(sdk);
  const { body } = new Response('twelve bytes');
  assert.ok(body !== null);
  const written: Uint8Array[] = [];
  const destination = new WritableStream<Uint8Array>({ write: (chunk) => void written.push(chunk) });
  await reading(READ, body).pipeTo(writing(WRITTEN, destination));
  assert.equal(Buffer.concat(written).toString(), 'twelve bytes');
  assert.deepEqual([await bytesRead(sdk), await bytesWritten(sdk)], [[[READ, 12]], [[WRITTEN, 12]]]);
});

test('chunks of a generator are counted', async () => {
  const sdk = collectSeries();
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(3);
    yield new Uint8Array(4);
    throw ERROR;
  }
  const passed = createRoboflow(sdk).reading(READ, chunks());
  await assert.rejects(
    async () => {
      for await (const chunk of passed) assert.ok(chunk.length > 0);
    },
    (error) => error === ERROR,
  );
  assert.deepEqual(await bytesRead(sdk), [[READ, 7]]);
});

test('a Node stream that is given again is counted once, for each of its series', async () => {
  const sdk = collectSeries();
  const { reading, writing } = createRoboflow(sdk);
  const archive = new PassThrough();
  for (const text of ['one', 'two', 'three']) {
    await pipeline(Readable.from([text]), writing(WRITTEN, archive), { end: false });
    writing({ type: 'video', destination: 's3' }, archive);
    writing({ ...WRITTEN, type: 'copy' }, archive);
  }
  archive.end();
  await reading(READ, reading(READ, reading({ source: 'other' }, archive))).toArray();
  assert.deepEqual(await bytesWritten(sdk), [
    [WRITTEN, 11],
    [{ ...WRITTEN, type: 'copy' }, 8],
  ]);
  assert.deepEqual(await bytesRead(sdk), [
    [READ, 11],
    [{ source: 'other' }, 11],
  ]);
});

async function hitsAndMisses({ families }: Collected): Promise<unknown> {
  const all = await families();
  return ['hit', 'miss'].map((what) => all.get(`roboflow_cache_${what}`)?.series[0]?.value ?? 0);
}

test('a cached read that is found at once is a hit, and nothing is fetched', async () => {
  const sdk = collectSeries();
  const found: string = createRoboflow(sdk).cached(
    () => 'cached',
    () => assert.fail('fetched'),
  );
  assert.equal(found, 'cached');
  assert.deepEqual(await hitsAndMisses(sdk), [1, 0]);
});

test('a cached read that is not found is a miss, and fetched, at once or later', async () => {
  const sdk = collectSeries();
  const { cached } = createRoboflow(sdk);
  const cache = new Map<string, string>();
  const atOnce: string = cached(
    () => cache.get('key'),
    () => 'fetched',
  );
  const later: string = await cached(
    async () => null,
    async () => 'fetched later',
  );
  assert.deepEqual([atOnce, later], ['fetched', 'fetched later']);
  assert.deepEqual(await hitsAndMisses(sdk), [0, 2]);
});

test('what is found may be empty, false or 0', async () => {
  const sdk = collectSeries();
  for (const value of ['', false, 0, Number.NaN]) {
    const found = await createRoboflow(sdk).cached(
      async () => value,
      async () => assert.fail('fetched'),
    );
    assert.ok(Object.is(found, value));
  }
  assert.deepEqual(await hitsAndMisses(sdk), [4, 0]);
});

test('a lookup that fails is neither hit nor miss, a fetch that fails is a miss, and both fail as they do', async () => {
  const sdk = collectSeries();
  const { cached } = createRoboflow(sdk);
  const fail = (): never => {
    throw ERROR;
  };
  const isError = (error: unknown): boolean => error === ERROR;
  assert.throws(() => cached(fail, () => assert.fail('fetched')), isError);
  await assert.rejects(
    cached(
      async () => fail(),
      () => assert.fail('fetched'),
    ),
    isError,
  );
  assert.deepEqual(await hitsAndMisses(sdk), [0, 0]);
  assert.throws(() => cached(() => undefined, fail), isError);
  await assert.rejects(
    cached(async () => undefined, fail),
    isError,
  );
  assert.deepEqual(await hitsAndMisses(sdk), [0, 2]);
});

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'roboflow-storage-'));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
