/** As large as a body is cut: large enough that a cut costs nothing, small enough that a short body wastes little. */
export const CHUNK_BYTES = 128 * 1024;

/**
 * The chunks of bodies that have been sent, for those to come. Made anew for every scrape they would be its largest cost:
 * memory outside the heap, 27 MB for 110,000 series, has the collector stop the process twice a scrape. They are held
 * weakly: where memory is short, or nobody scrapes, they go. All are a Buffer, which is what middleware
 * expects that is given them.
 */
export class ChunkPool {
  #free = new WeakRef<Uint8Array[]>([]);

  /** A chunk with a buffer of its own, and in it whatever was there. */
  take(): Uint8Array {
    return this.#free.deref()?.pop() ?? createChunk(CHUNK_BYTES);
  }

  /** Takes the chunks of a body that nobody reads any more. */
  give(body: readonly Uint8Array[]): void {
    const free = this.#free.deref() ?? [];
    for (const { buffer } of body) if (buffer.byteLength === CHUNK_BYTES) free.push(Buffer.from(buffer));
    this.#free = new WeakRef(free);
  }
}

/** With whatever the memory has held: all of it is written over before anybody reads it. */
export function createChunk(bytes: number): Uint8Array {
  return Buffer.allocUnsafeSlow(bytes);
}
