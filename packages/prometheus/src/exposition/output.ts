import { CHUNK_BYTES, ChunkPool, createChunk } from './chunk-pool.ts';

/**
 * The bytes of a body, written from front to back into chunks. Whoever writes says first how many bytes there will be at
 * most (`reserve`), and then writes at `at` into `bytes`, or by the methods.
 */
export class Output {
  /** The chunk that is written to. */
  bytes: Uint8Array;
  view: DataView;
  /** Where in it the next byte goes. */
  at = 0;
  readonly #pool: ChunkPool;
  readonly #full: Uint8Array[] = [];
  #fullBytes = 0;

  /** @param pool where chunks come from */
  constructor(pool = new ChunkPool()) {
    this.#pool = pool;
    this.bytes = pool.take();
    this.view = new DataView(this.bytes.buffer);
  }

  /** How many bytes have been written. */
  get length(): number {
    return this.#fullBytes + this.at;
  }

  /** Makes room for so many bytes, and a few more, in one piece. */
  reserve(bytes: number): void {
    if (this.at + bytes + COPY_SLACK <= this.bytes.length) return;
    this.#cut();
    const needed = bytes + COPY_SLACK;
    this.bytes = needed > CHUNK_BYTES ? createChunk(needed) : this.#pool.take();
    this.view = new DataView(this.bytes.buffer);
  }

  /** Appends bytes that are somebody else's. Reserve before. */
  append(source: Uint8Array): void {
    this.bytes.set(source, this.at);
    this.at += source.length;
  }

  /** Appends text in UTF-8. For what is written once: it reserves what it needs. */
  text(text: string): void {
    const encoded = encoder.encode(text);
    this.reserve(encoded.length);
    this.append(encoded);
  }

  /** All that was written. Nothing can be written after. */
  finish(): readonly Uint8Array[] {
    this.#cut();
    return this.#full;
  }

  #cut(): void {
    if (this.at > 0) this.#full.push(this.bytes.subarray(0, this.at));
    this.#fullBytes += this.at;
    this.at = 0;
  }
}

/** As many bytes are written too many, and are read too many behind a source, where copying goes by eight. */
export const COPY_SLACK = 7;

const encoder = new TextEncoder();
