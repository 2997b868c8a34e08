import { COPY_SLACK } from '../exposition/output.ts';
import type { EncodedLabels } from './encoded-labels.ts';

/** Chunks have at most so many bytes, unless one entry alone has more. */
const CHUNK_BYTES = 1 << 16;

/** Generation and length, before the bytes of an entry. */
const HEADER_BYTES = 8;

/** Stands for "nothing here": no entry begins there. */
const NOWHERE = 0xffff_ffff;

/**
 * The encoded labels of many series, by row, packed:
 *
 *     chunk     | generation | length | bytes … | generation | length | bytes … |
 *     address     chunk's number × 65536 + where the entry begins
 *
 * An entry that another series of the same row follows is garbage; {@link clear} is for when there is much of it.
 */
export class LabelArena implements EncodedLabels {
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  length = 0;
  /** How often something was added. */
  version = 0;
  readonly #chunks: DataView[] = [];
  /** Where in the last chunk the next entry goes. */
  #at = 0;
  /** By row. */
  #addresses = new Uint32Array(0);
  #bytes = 0;
  #garbage = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Points at the labels of a series. `false` if they are not here. */
  find(row: number, generation: number): boolean {
    const address = row < this.#addresses.length ? (this.#addresses[row] as number) : NOWHERE;
    if (address === NOWHERE) return false;
    const view = this.#chunks[address >>> 16] as DataView;
    const at = address & (CHUNK_BYTES - 1);
    if (view.getUint32(at) !== generation >>> 0) return false;
    this.view = view;
    this.start = at + HEADER_BYTES;
    this.length = view.getUint32(at + 4);
    return true;
  }

  add(row: number, generation: number, labels: Uint8Array): void {
    this.#forget(row);
    const needed = HEADER_BYTES + labels.length;
    const chunk = this.#chunkFor(needed);
    chunk.setUint32(this.#at, generation);
    chunk.setUint32(this.#at + 4, labels.length);
    new Uint8Array(chunk.buffer).set(labels, this.#at + HEADER_BYTES);
    this.#setAddress(row, (this.#chunks.length - 1) * CHUNK_BYTES + this.#at);
    this.#at += needed;
    this.#bytes += needed;
    this.version += 1;
  }

  /** Whether more of it is garbage than not. */
  isMostlyGarbage(): boolean {
    return this.#garbage > CHUNK_BYTES && this.#garbage > this.#bytes / 2;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#addresses = new Uint32Array(0);
    this.#at = 0;
    this.#bytes = 0;
    this.#garbage = 0;
  }

  #forget(row: number): void {
    const address = this.#addresses[row] ?? NOWHERE;
    if (address === NOWHERE) return;
    this.#garbage += HEADER_BYTES + (this.#chunks[address >>> 16] as DataView).getUint32((address & 0xffff) + 4);
  }

  #setAddress(row: number, address: number): void {
    if (row >= this.#addresses.length) {
      const grown = new Uint32Array(Math.max(row + 1, 4, Math.ceil(this.#addresses.length * 1.125))).fill(NOWHERE);
      grown.set(this.#addresses);
      this.#addresses = grown;
    }
    this.#addresses[row] = address;
  }

  /** The last chunk, if there is room in it; the first one grows, so that few series cost little. */
  #chunkFor(needed: number): DataView {
    const last = this.#chunks.at(-1);
    const end = this.#at + needed + COPY_SLACK;
    if (last !== undefined && end <= last.byteLength) return last;
    if (last !== undefined && this.#chunks.length === 1 && end <= CHUNK_BYTES) {
      const grown = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(end, 2 * last.byteLength)));
      grown.set(new Uint8Array(last.buffer));
      return (this.#chunks[0] = new DataView(grown.buffer));
    }
    const size = last === undefined ? needed + COPY_SLACK : Math.max(CHUNK_BYTES, needed + COPY_SLACK);
    const chunk = new DataView(new ArrayBuffer(size));
    this.#chunks.push(chunk);
    this.#at = 0;
    return chunk;
  }
}
