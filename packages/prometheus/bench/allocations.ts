import { type HeapProfiler, Session } from 'node:inspector';

/** What was allocated, in bytes. */
export interface Allocated {
  /** On V8's heap, whether it is still there or not: an estimate from samples. */
  readonly heap: number;
  /** Outside, in array buffers: by how much they had grown at most when the body had been made, or handed over. */
  readonly outside: number;
}

/** One allocation in so many bytes is looked at. */
const SAMPLED_BYTES = 16_384;

/** Watches what is allocated from `start` to `stop`. */
export class Allocations {
  readonly #session = new Session();
  #before = 0;
  #most = 0;
  #isWatching = false;

  start(collectGarbage: () => void): void {
    collectGarbage();
    this.#session.connect();
    this.#session.post('HeapProfiler.startSampling', {
      samplingInterval: SAMPLED_BYTES,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    this.#isWatching = true;
    this.#before = this.#most = process.memoryUsage().arrayBuffers;
  }

  /** To be called where there may be most outside the heap. Does nothing, and takes no time, when nobody watches. */
  look(): void {
    if (this.#isWatching) this.#most = Math.max(this.#most, process.memoryUsage().arrayBuffers);
  }

  stop(): Allocated {
    let heap = 0;
    // It calls back before it returns.
    this.#session.post('HeapProfiler.stopSampling', (error, result) => {
      if (error !== null) throw error;
      heap = sizeOf(result.profile.head);
    });
    this.#session.disconnect();
    this.#isWatching = false;
    return { heap, outside: this.#most - this.#before };
  }
}

function sizeOf({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + sizeOf(child), selfSize);
}
