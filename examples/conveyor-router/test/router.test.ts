import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { AbortError } from 'p-retry';
import { CheckpointStore } from '../src/checkpoint-store.ts';
import { Router, type RouterOptions } from '../src/router.ts';
import type { Sink } from '../src/sink.ts';
import { countingPipeline, expectedOffsets, memoryDelivery, memorySink } from './synthetic-pipeline.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const SIZE = 5000;

function createRouter(stateDirectory: string, sink: Sink, options: Partial<RouterOptions> = {}): Router {
  return new Router({
    stateDirectory,
    pipelines: [countingPipeline(SIZE)],
    deliveries: [memoryDelivery(sink)],
    checkpointEveryRecords: 500,
    ...options,
  });
}

/** Runs a router until its source has ended, then stops it. */
async function runToTheEnd(stateDirectory: string, sink: Sink): Promise<Router> {
  const router: Router = createRouter(stateDirectory, sink, { onDrained: () => router.stop() });
  await router.run();
  return router;
}

function sorted(offsets: readonly number[]): number[] {
  return offsets.toSorted((one, other) => one - other);
}

describe('the router', () => {
  it('delivers every record once, though its sink fails now and then', async () => {
    await using directory = await temporaryDirectory();
    const sink = memorySink({ refuseEvery: 5 });
    const router = await runToTheEnd(directory.path, sink);
    deepStrictEqual(sorted(sink.offsets), expectedOffsets(SIZE));
    ok(sink.refused > 0);
    strictEqual(router.status.retried, sink.refused);
  });

  it('resumes after a clean stop with nothing lost and nothing twice', async () => {
    await using directory = await temporaryDirectory();
    const delivered: number[] = [];
    for (let run = 0; run < 3; run++) {
      const sink = memorySink({
        refuseEvery: 7,
        onTaken: ({ length }) => {
          if (length >= 600) router.stop();
        },
      });
      const router = createRouter(directory.path, sink);
      await router.run();
      const upTo = router.status.acceptedUpTo('numbers');
      ok(upTo < SIZE, 'the run ends part of the way');
      strictEqual(await new CheckpointStore(directory.path).load('numbers'), upTo);
      delivered.push(...sink.offsets);
    }
    const last = memorySink();
    await runToTheEnd(directory.path, last);
    deepStrictEqual(sorted([...delivered, ...last.offsets]), expectedOffsets(SIZE));
  });

  it('loses nothing when it ends without delivering what is on its way', async () => {
    await using directory = await temporaryDirectory();
    const sink = memorySink();
    const deliver: Sink['deliver'] = async (records, signal) => {
      await sink.deliver(records, signal);
      if (sink.offsets.length < 2000) return;
      while (!existsSync(join(directory.path, 'checkpoint-numbers.json'))) await setImmediate();
      router.abort(new Error('pulled the plug'));
    };
    const router = createRouter(directory.path, { ...sink, deliver });
    await rejects(router.run(), /pulled the plug/);
    ok(sink.offsets.length < expectedOffsets(SIZE).length);
    const next = memorySink();
    const { status } = await runToTheEnd(directory.path, next);
    ok((status.sources['numbers']?.resumedFrom ?? 0) > 0, 'the checkpoints spare the next run some of the work');
    deepStrictEqual([...new Set(sorted([...sink.offsets, ...next.offsets]))], expectedOffsets(SIZE));
  });

  it('gives up on a sink that says it will never take a record, and leaves the lease to the next', async () => {
    await using directory = await temporaryDirectory();
    const sink = memorySink();
    const deliver = async (): Promise<never> => {
      throw new AbortError('never');
    };
    await rejects(createRouter(directory.path, { ...sink, deliver }).run(), /never/);
    const router = await runToTheEnd(directory.path, sink);
    strictEqual(router.status.term, 2);
    deepStrictEqual(sorted(sink.offsets), expectedOffsets(SIZE));
  });

  it('gives up when a transform throws', async () => {
    await using directory = await temporaryDirectory();
    const { stages, ...pipeline } = countingPipeline(SIZE);
    const transform = (): never => {
      throw new Error('no such column');
    };
    const pipelines = [{ ...pipeline, stages: [{ ...stages[0], transform }] as const }];
    await rejects(createRouter(directory.path, memorySink(), { pipelines }).run(), /no such column/);
  });

  it('stops pulling from its source while the sink takes nothing', async () => {
    await using directory = await temporaryDirectory();
    const opened = Promise.withResolvers<void>();
    const sink = memorySink();
    const deliver: Sink['deliver'] = async (records, signal) => {
      await opened.promise;
      await sink.deliver(records, signal);
    };
    let pulled = 0;
    const { source, ...pipeline } = countingPipeline(SIZE);
    const counted = {
      ...source,
      async *rows(offset: number) {
        for await (const row of source.rows(offset)) {
          pulled += 1;
          yield row;
        }
      },
    };
    const router: Router = createRouter(
      directory.path,
      { ...sink, deliver },
      {
        pipelines: [{ ...pipeline, source: counted }],
        onDrained: () => router.stop(),
      },
    );
    const running = router.run();
    // It has stopped when it has pulled nothing for a while.
    for (let before = -1, quiet = 0; quiet < 100; before = pulled) {
      await setImmediate();
      quiet = pulled > 0 && pulled === before ? quiet + 1 : 0;
    }
    // 500 + 200 + 200 places in the stages, 4 × 50 in the delivery, and what the filter takes out on the way.
    ok(pulled < 1400, `${pulled} rows pulled`);
    opened.resolve();
    await running;
    deepStrictEqual(sorted(sink.offsets), expectedOffsets(SIZE));
  });

  it('does nothing when it is stopped while another leads', async () => {
    await using directory = await temporaryDirectory();
    const drained = Promise.withResolvers<void>();
    const leading = createRouter(directory.path, memorySink(), { onDrained: () => drained.resolve() });
    const leader = leading.run();
    await drained.promise;
    const unused = memorySink();
    const standingBy = createRouter(directory.path, unused);
    const follower = standingBy.run();
    standingBy.stop();
    await follower;
    deepStrictEqual(unused.offsets, []);
    leading.stop();
    await leader;
  });
});
