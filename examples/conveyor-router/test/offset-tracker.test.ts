import { strictEqual, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert, property, shuffledSubarray } from 'fast-check';
import { OffsetTracker } from '../src/offset-tracker.ts';

describe('the settled offset of a source', () => {
  it('does not pass a record that is still on its way', () => {
    const tracker = new OffsetTracker(10);
    tracker.settle(11);
    tracker.settle(12);
    strictEqual(tracker.committed, 10);
    tracker.settle(10);
    strictEqual(tracker.committed, 13);
  });

  it('is the same in whatever order the records settle', () => {
    const order = shuffledSubarray(
      Array.from({ length: 50 }, (_, index) => index),
      { minLength: 50 },
    );
    assert(
      property(order, (offsets) => {
        const tracker = new OffsetTracker(0);
        for (const offset of offsets) tracker.settle(offset);
        strictEqual(tracker.committed, 50);
      }),
    );
  });

  it('rejects a record that settles twice', () => {
    const tracker = new OffsetTracker(0);
    tracker.settle(0);
    tracker.settle(2);
    throws(() => tracker.settle(0), /offset 0 was settled twice/);
    throws(() => tracker.settle(2), /offset 2 was settled twice/);
  });
});
