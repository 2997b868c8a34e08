import { createRoboflow } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { mock, test } from 'node:test';
import { collectSeries, type Collected } from '../support/collected-series.ts';

/** The clock that timers read, in milliseconds. */
let nowMs = 0;
mock.method(performance, 'now', () => nowMs);

const EPISODE = { dataset_id: 'kitchen' };
const ERROR = new Error('no frames');
const ABORTED = new DOMException('stopped', 'AbortError');

/** What four instruments say of episodes. */
async function episodesOf({ families }: Collected): Promise<unknown> {
  const all = await families();
  const value = (name: string): unknown => all.get(`roboflow_${name}`)?.series[0]?.value;
  const duration = value('episode_processing_duration_seconds');
  return {
    processed: all.get('roboflow_episodes_processed')?.series,
    active: value('active_conversions'),
    frames: value('frames_processed'),
    seconds: typeof duration === 'object' && duration !== null && 'sum' in duration ? duration.sum : undefined,
  };
}

function ended(status: string, frames: number | undefined, seconds: number): unknown {
  return { processed: [{ attributes: { ...EPISODE, status }, value: 1 }], active: 0, frames, seconds };
}

test('an episode that is converted at once is a success, with its frames and its seconds', async () => {
  const sdk = collectSeries();
  const result = createRoboflow(sdk).episode(EPISODE, (frames) => {
    frames.add(30);
    nowMs += 2000;
    return { path: 'episode.parquet' };
  });
  assert.deepEqual(result, { path: 'episode.parquet' });
  assert.deepEqual(await episodesOf(sdk), ended('success', 30, 2));
});

test('an episode is active while its promise is pending', async () => {
  const sdk = collectSeries();
  const { promise, resolve } = Promise.withResolvers<string>();
  const episode = createRoboflow(sdk).episode(EPISODE, () => promise);
  assert.deepEqual(await episodesOf(sdk), { processed: undefined, active: 1, frames: undefined, seconds: undefined });
  nowMs += 1500;
  resolve('done');
  assert.equal(await episode, 'done');
  assert.deepEqual(await episodesOf(sdk), ended('success', undefined, 1.5));
});

const failures: readonly (readonly [title: string, work: () => unknown, thrown: unknown, status: string])[] = [
  ['throws', () => thrower(ERROR), ERROR, 'failure'],
  ['rejects', async () => thrower(ERROR), ERROR, 'failure'],
  ['throws what is no error', () => thrower('no frames'), 'no frames', 'failure'],
  ['is aborted', async () => thrower(ABORTED), ABORTED, 'cancelled'],
];

for (const [title, work, thrown, status] of failures) {
  test(`an episode whose work ${title} is a ${status}, and throws the same`, async () => {
    const sdk = collectSeries();
    const episode = async (): Promise<unknown> =>
      createRoboflow(sdk).episode(EPISODE, (frames) => {
        frames.add(2);
        return work();
      });
    await assert.rejects(episode, (error) => error === thrown);
    assert.deepEqual(await episodesOf(sdk), ended(status, 2, 0));
  });
}

async function* convert(): AsyncGenerator<number> {
  nowMs += 500;
  yield 1;
  nowMs += 500;
  yield 2;
}

function* convertAtOnce(): Generator<number | number[]> {
  yield 1;
  yield [2, 3];
  nowMs += 1000;
}

test('an episode that is a generator of frames counts them as they are taken, and ends with it', async () => {
  const sdk = collectSeries();
  const frames = createRoboflow(sdk).episode(EPISODE, convert);
  const taken: number[] = [];
  for await (const frame of frames) taken.push(frame);
  assert.deepEqual(taken, [1, 2]);
  assert.deepEqual(await episodesOf(sdk), ended('success', 2, 1));
});

test('an array among the frames of a generator is a batch of them', async () => {
  const sdk = collectSeries();
  assert.deepEqual([...createRoboflow(sdk).episode(EPISODE, convertAtOnce)], [1, [2, 3]]);
  assert.deepEqual(await episodesOf(sdk), ended('success', 3, 1));
});

test('a generator of frames that is left early is a cancelled episode', async () => {
  const sdk = collectSeries();
  for await (const frame of createRoboflow(sdk).episode(EPISODE, convert)) if (frame === 1) break;
  assert.deepEqual(await episodesOf(sdk), ended('cancelled', 1, 0.5));
});

test('a generator of frames that throws is a failure', async () => {
  const sdk = collectSeries();
  const frames = createRoboflow(sdk).episode(EPISODE, async function* () {
    yield 1;
    throw ERROR;
  });
  await assert.rejects(
    async () => {
      for await (const frame of frames) assert.equal(frame, 1);
    },
    (error) => error === ERROR,
  );
  assert.deepEqual(await episodesOf(sdk), ended('failure', 1, 0));
});

test('an episode that is a promise of a Node stream ends with the stream', async () => {
  const sdk = collectSeries();
  const frames = await createRoboflow(sdk).episode(EPISODE, async () => Readable.from([{ t: 0 }, { t: 1 }]));
  assert.deepEqual(((await episodesOf(sdk)) as { active: number }).active, 1);
  assert.equal((await frames.toArray()).length, 2);
  assert.deepEqual(await episodesOf(sdk), ended('success', 2, 0));
});

test('a Node stream of frames that fails, or is destroyed, is a failure, or cancelled', async () => {
  for (const [error, status] of [
    [ERROR, 'failure'],
    [undefined, 'cancelled'],
  ] as const) {
    const sdk = collectSeries();
    const frames = createRoboflow(sdk).episode(EPISODE, () => Readable.from([1]));
    const closed = once(frames, 'close').catch(() => {});
    frames.on('error', () => {}).destroy(error);
    await closed;
    assert.deepEqual(await episodesOf(sdk), ended(status, undefined, 0));
  }
});

test('a loop over a Node stream of frames that is left early is a cancelled episode', async () => {
  const sdk = collectSeries();
  const frames = createRoboflow(sdk).episode(EPISODE, () => Readable.from([1, 2]));
  const closed = new Promise((resolve) => frames.once('close', resolve));
  for await (const _ of frames) break;
  await closed;
  assert.deepEqual(await episodesOf(sdk), ended('cancelled', 1, 0));
});

test('an episode that is a web stream of frames ends with it', async () => {
  const sdk = collectSeries();
  let frames = 0;
  for await (const _ of createRoboflow(sdk).episode(EPISODE, () => ReadableStream.from([1, 2, 3]))) frames += 1;
  assert.equal(frames, 3);
  assert.deepEqual(await episodesOf(sdk), ended('success', 3, 0));
});

test('a web stream of frames that is cancelled is a cancelled episode', async () => {
  const sdk = collectSeries();
  await createRoboflow(sdk)
    .episode(EPISODE, () => ReadableStream.from([1, 2, 3]))
    .cancel();
  assert.deepEqual(await episodesOf(sdk), ended('cancelled', undefined, 0));
});

test('an array, and what only gives iterators, is a result and not frames', async () => {
  const sdk = collectSeries();
  const paths = ['a.mp4', 'b.mp4'];
  const cursor = { next: async () => null, [Symbol.asyncIterator]: () => convert() };
  const roboflow = createRoboflow(sdk);
  assert.equal(
    roboflow.episode(EPISODE, () => paths),
    paths,
  );
  assert.equal(
    roboflow.episode(EPISODE, () => cursor),
    cursor,
  );
  assert.deepEqual(await sdk.value('roboflow_active_conversions'), 0);
  assert.deepEqual(await sdk.series('roboflow_frames_processed'), []);
});

test('frames can be counted on their way into the work', async () => {
  const sdk = collectSeries();
  const seen = await createRoboflow(sdk).episode(EPISODE, async (frames) => {
    let last = 0;
    for await (const frame of frames.passing(convert())) last = frame;
    return last;
  });
  assert.equal(seen, 2);
  assert.deepEqual(await episodesOf(sdk), ended('success', 2, 1));
});

test('episodes side by side are each counted', async () => {
  const sdk = collectSeries();
  const roboflow = createRoboflow(sdk);
  const first = Promise.withResolvers<void>();
  const attributes = { dataset_id: 'kitchen' };
  const episodes = [roboflow.episode(attributes, () => first.promise)];
  attributes.dataset_id = 'garage';
  episodes.push(roboflow.episode(attributes, async () => {}));
  await episodes[1];
  assert.equal(await sdk.value('roboflow_active_conversions'), 1);
  first.resolve();
  await episodes[0];
  assert.deepEqual(await sdk.series('roboflow_episodes_processed'), [
    { attributes: { dataset_id: 'garage', status: 'success' }, value: 1 },
    { attributes: { dataset_id: 'kitchen', status: 'success' }, value: 1 },
  ]);
});

test('an attribute that is constant for the set need not be given', async () => {
  const sdk = collectSeries();
  const { meterProvider } = sdk;
  const roboflow = createRoboflow({ meterProvider, attributes: { dataset_id: 'kitchen', camera: 'front' } });
  roboflow.episode({}, () => {});
  roboflow.encode({}, (frames) => frames.add(1));
  const constant = { dataset_id: 'kitchen', camera: 'front' };
  assert.deepEqual(await sdk.series('roboflow_episodes_processed'), [
    { attributes: { ...constant, status: 'success' }, value: 1 },
  ]);
  assert.deepEqual(await sdk.series('roboflow_video_frames_encoded'), [{ attributes: constant, value: 1 }]);
});

test('the frames of a camera are counted by camera, and its encode has a duration, however it ends', async () => {
  const sdk = collectSeries();
  const { encode } = createRoboflow(sdk);
  await encode({ camera: 'front' }, async (frames) => {
    frames.add(10);
    nowMs += 1000;
  });
  const failing = async (): Promise<void> =>
    encode({ camera: 'wrist' }, (frames) => {
      frames.add(3);
      nowMs += 500;
      throw ERROR;
    });
  await assert.rejects(failing, (error) => error === ERROR);
  await encode({ camera: 'wrist' }, (frames) => frames.passing(Readable.from([1, 2]))).toArray();
  assert.deepEqual(await sdk.series('roboflow_video_frames_encoded'), [
    { attributes: { camera: 'front' }, value: 10 },
    { attributes: { camera: 'wrist' }, value: 3 + 2 + 2 },
  ]);
  const duration = await sdk.value('roboflow_video_encoding_duration_seconds');
  assert.deepEqual(typeof duration === 'object' && [duration.count, duration.sum], [3, 1.5]);
});

function thrower(thrown: unknown): never {
  throw thrown;
}
