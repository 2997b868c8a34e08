import { deepStrictEqual, rejects, strictEqual, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { array, assert, asyncProperty, boolean, integer, record } from 'fast-check';
import { BoundedBuffer } from '../src/bounded-buffer.ts';

describe('a bounded buffer', () => {
  it('gives items out in the order in which they came', async () => {
    const buffer = new BoundedBuffer<number>(4);
    await buffer.put([1, 2, 3]);
    deepStrictEqual(await buffer.take(2), [1, 2]);
    buffer.release(2);
    await buffer.put([4, 5, 6]);
    deepStrictEqual(await buffer.take(10), [3, 4, 5, 6]);
  });

  it('makes a put wait for room, which a take alone does not make', async () => {
    const buffer = new BoundedBuffer<number>(2);
    let done = false;
    const putting = buffer.put([1, 2, 3]).then(() => (done = true));
    const taken = await buffer.take(1);
    await Promise.resolve();
    deepStrictEqual([taken, done, buffer.length], [[1], false, 2]);
    buffer.release(1);
    await putting;
    deepStrictEqual(await buffer.take(2), [2, 3]);
  });

  it('puts what is given back in front of everything else', async () => {
    const buffer = new BoundedBuffer<number>(4);
    await buffer.put([1, 2, 3, 4]);
    const taken = await buffer.take(2);
    buffer.giveBack(taken ?? []);
    strictEqual(buffer.length, 4);
    deepStrictEqual(await buffer.take(4), [1, 2, 3, 4]);
  });

  it('ends a take only when it is closed, empty, and nothing can come back', async () => {
    const buffer = new BoundedBuffer<number>(2);
    await buffer.put([1]);
    const held = await buffer.take(1);
    buffer.close();
    const next = buffer.take(1);
    buffer.giveBack(held ?? []);
    deepStrictEqual(await next, [1]);
    const last = buffer.take(1);
    buffer.release(1);
    strictEqual(await last, undefined);
    await rejects(buffer.put([2]), /closed/);
  });

  it('wakes a source at the low mark', async () => {
    const buffer = new BoundedBuffer<number>(4);
    await buffer.put([1, 2, 3, 4]);
    let resumed = false;
    const resuming = buffer.whenAtMost(2).then(() => (resumed = true));
    buffer.takeNow(3);
    buffer.release(1);
    await Promise.resolve();
    strictEqual(resumed, false);
    buffer.release(1);
    await resuming;
  });

  it('fails every wait when it is aborted', async () => {
    const full = new BoundedBuffer<number>(1);
    await full.put([1]);
    const waits = [full.put([2]), full.whenAtMost(0)];
    const empty = new BoundedBuffer<number>(1);
    waits.push(empty.take(1).then(() => {}));
    for (const buffer of [full, empty]) buffer.abort(new Error('over'));
    for (const wait of waits) await rejects(wait, /over/);
  });

  it('refuses to let go of more than is held', () => {
    throws(() => new BoundedBuffer(1).release(1), RangeError);
    throws(() => new BoundedBuffer(1).giveBack([1]), RangeError);
    throws(() => new BoundedBuffer(0), RangeError);
  });

  it('never holds more than its capacity, and neither loses nor doubles an item, whatever its taker does', async () => {
    const step = record({ limit: integer({ min: 1, max: 9 }), keep: boolean() });
    await assert(
      asyncProperty(integer({ min: 1, max: 8 }), array(step, { maxLength: 40 }), async (capacity, steps) => {
        const buffer = new BoundedBuffer<number>(capacity);
        const items = Array.from({ length: 30 }, (_, index) => index);
        const putting = buffer.put(items).then(() => buffer.close());
        const out: number[] = [];
        const enough = Array.from({ length: 60 }, () => ({ limit: 5, keep: true }));
        for (const { limit, keep } of [...steps, ...enough]) {
          if (out.length === items.length) break;
          const taken = (await buffer.take(limit)) ?? [];
          strictEqual(buffer.length <= capacity, true);
          if (keep) {
            out.push(...taken);
            buffer.release(taken.length);
          } else {
            buffer.giveBack(taken);
          }
        }
        await putting;
        deepStrictEqual(out, items);
      }),
    );
  });
});
