import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CheckpointStore } from '../src/checkpoint-store.ts';
import { Checkpointer } from '../src/checkpointer.ts';
import { OffsetTracker } from '../src/offset-tracker.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('the checkpoint store', () => {
  it('begins a source that it does not know at 0', async () => {
    await using directory = await temporaryDirectory();
    strictEqual(await new CheckpointStore(directory.path).load('new'), 0);
  });

  it('gives the next process what it saved last, each source for itself', async () => {
    await using directory = await temporaryDirectory();
    const store = new CheckpointStore(directory.path);
    await store.save('a', 1);
    await store.save('b', 7);
    await store.save('a', 2);
    const next = new CheckpointStore(directory.path);
    deepStrictEqual([await next.load('a'), await next.load('b')], [2, 7]);
    deepStrictEqual((await readdir(directory.path)).toSorted(), ['checkpoint-a.json', 'checkpoint-b.json']);
  });

  it('is not confused by a save that was cut off', async () => {
    await using directory = await temporaryDirectory();
    const store = new CheckpointStore(directory.path);
    await store.save('a', 1);
    await writeFile(join(directory.path, 'checkpoint-a.json.tmp'), '{"off');
    strictEqual(await store.load('a'), 1);
  });

  for (const text of ['', '{', '{"offset":-1}', '{"offset":"7"}', 'null']) {
    it(`refuses to begin again at 0 when a checkpoint reads ${JSON.stringify(text)}`, async () => {
      await using directory = await temporaryDirectory();
      await writeFile(join(directory.path, 'checkpoint-a.json'), text);
      await rejects(new CheckpointStore(directory.path).load('a'), /checkpoint-a\.json is not a checkpoint/);
    });
  }
});

describe('the checkpointer', () => {
  it('saves only what had been settled before the sinks were flushed', async () => {
    await using directory = await temporaryDirectory();
    const store = new CheckpointStore(directory.path);
    const tracker = new OffsetTracker(0);
    const flushSinks = async (): Promise<void> => tracker.settle(1);
    const checkpointer = new Checkpointer({ sourceId: 'a', tracker, store, everyRecords: 1, flushSinks });
    tracker.settle(0);
    await checkpointer.settled();
    strictEqual(await store.load('a'), 1);
    strictEqual(tracker.committed, 2);
  });

  it('saves when enough has been settled, and at the end whatever has', async () => {
    await using directory = await temporaryDirectory();
    const store = new CheckpointStore(directory.path);
    const tracker = new OffsetTracker(0);
    const flushSinks = async (): Promise<void> => {};
    const checkpointer = new Checkpointer({ sourceId: 'a', tracker, store, everyRecords: 3, flushSinks });
    const saved: number[] = [];
    for (let offset = 0; offset < 5; offset++) {
      tracker.settle(offset);
      await checkpointer.settled();
      saved.push(await store.load('a'));
    }
    await checkpointer.save();
    deepStrictEqual([...saved, await store.load('a')], [0, 0, 3, 3, 3, 5]);
  });
});
