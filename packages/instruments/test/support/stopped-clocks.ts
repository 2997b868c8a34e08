import { mock } from 'node:test';

/** The wall clock when `performance.now()` is 0, in milliseconds. */
export const EPOCH_MS = 1_800_000_000_000;

/** Clocks that go when they are told to. */
export interface StoppedClocks {
  /** What `performance.now()` says. */
  nowMs: number;
}

/** Stops `performance.now()` and `Date.now()`, until `mock.restoreAll()`. */
export function stopClocks(): StoppedClocks {
  const clocks = { nowMs: 1000 };
  mock.method(performance, 'now', () => clocks.nowMs);
  mock.method(Date, 'now', () => EPOCH_MS + clocks.nowMs);
  return clocks;
}
