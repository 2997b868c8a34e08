/** What a process tells of itself. */
import { existsSync, readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface ProcessFigures {
  /** What is left of the heap when all garbage is collected. */
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** Sockets, pipes and whatever else is open, also what does not hold the process; 0 where the system does not tell. */
  readonly descriptors: number;
  /** Of the event loop since the figures were asked for last, but for the collection of garbage that the figures need. */
  readonly delayMs: { readonly median: number; readonly p99: number; readonly max: number };
}

const OPEN = '/proc/self/fd';
const RESOLUTION_MS = 5;
const MS = 1e6;

/** Takes the figures of this process, from when it is made. */
export class ProcessMeter {
  readonly #delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delays.enable();
  }

  async measure(): Promise<ProcessFigures> {
    const delays = this.#delays;
    delays.disable();
    const [median, p99, max] = [delays.percentile(50), delays.percentile(99), delays.max].map(
      // It counts from one tick of a timer to the next.
      (nanoseconds) => Math.max(0, nanoseconds / MS - RESOLUTION_MS),
    ) as [number, number, number];
    await collectGarbage();
    const { heapUsed: heapBytes, rss: rssBytes } = process.memoryUsage();
    const descriptors = existsSync(OPEN) ? readdirSync(OPEN).length : 0;
    delays.reset();
    delays.enable();
    return { heapBytes, rssBytes, descriptors, delayMs: { median, p99, max } };
  }
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let times = 0; times < 3; times += 1) {
    gc();
    // What is weak is let go of in a turn of its own.
    await setImmediate();
  }
}
