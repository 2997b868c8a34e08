import { getHeapStatistics } from 'node:v8';
import type { Run } from './runs.ts';

/** Few enough calls that the young generation (1 MB at its smallest) takes what they allocate without collecting. */
const CALLS = 256;
const SAMPLES = 7;
/** As often as looking at the heap allocates more than it always will. */
const LOOKS = 15;

/** The runs that {@link bytesPerCall} makes. */
export const BYTES_RUNS = { calls: CALLS, times: SAMPLES };

/**
 * The bytes that a call allocates on the heap: the median of samples, less what looking at the heap allocates. The loop
 * is to be warm: what is not compiled yet allocates more.
 */
export function bytesPerCall(run: Run, collectGarbage: () => void): number {
  for (let looks = 0; looks < LOOKS; looks += 1) growth(run, 0);
  const growths = (calls: number): number[] =>
    Array.from({ length: SAMPLES }, () => {
      collectGarbage();
      return growth(run, calls);
    });
  return (median(growths(CALLS)) - median(growths(0))) / CALLS;
}

function growth(run: Run, calls: number): number {
  const before = getHeapStatistics().used_heap_size;
  run(calls);
  return getHeapStatistics().used_heap_size - before;
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
}
