import type { EncodedLabels } from '../labels/encoded-labels.ts';

/** Where nothing is. */
const EMPTY = -1;

/** FNV-1a's numbers for 32 bits; it takes four bytes at a time here. */
const [FNV_BASIS, FNV_PRIME] = [0x811c_9dc5, 0x0100_0193];

/**
 * Series by their encoded labels, to find those that have the same: an open table of hashes, in which no text is made. What
 * the labels of an entry are is asked for only where hashes are the same.
 */
export class LabelIndex {
  /** Entries, each in the first free slot from where its hash points. */
  readonly #slots: Int32Array;
  /** By entry. */
  readonly #hashes: Int32Array;
  readonly #labelsOf: (entry: number) => EncodedLabels | undefined;

  /**
   * @param most entries have numbers below this
   * @param labelsOf the labels of an entry that has been added
   */
  constructor(most: number, labelsOf: (entry: number) => EncodedLabels | undefined) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2 * most, 2)))).fill(EMPTY);
    this.#hashes = new Int32Array(most);
    this.#labelsOf = labelsOf;
  }

  /** Adds an entry, unless one with the same labels is there: then returns that one. */
  add(entry: number, labels: EncodedLabels): number | undefined {
    // The labels of entries may be read through one and the same object.
    const { view, start, length } = labels;
    const hash = hashOf(view, start, length);
    const last = this.#slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const present = this.#slots[slot] as number;
      if (present === EMPTY) {
        this.#slots[slot] = entry;
        this.#hashes[entry] = hash;
        return undefined;
      }
      if (this.#hashes[present] !== hash) continue;
      const other = this.#labelsOf(present);
      if (other !== undefined && areEqual(view, start, length, other)) return present;
    }
  }
}

function hashOf(view: DataView, start: number, length: number): number {
  let hash = FNV_BASIS ^ length;
  let at = start;
  for (const end = start + length - 3; at < end; at += 4) hash = Math.imul(hash ^ view.getInt32(at), FNV_PRIME);
  for (const end = start + length; at < end; at += 1) hash = Math.imul(hash ^ view.getUint8(at), FNV_PRIME);
  // The low bits, which choose the slot, would otherwise know nothing of the high ones.
  return hash ^ (hash >>> 15);
}

function areEqual(view: DataView, start: number, length: number, other: EncodedLabels): boolean {
  if (other.length !== length) return false;
  for (let at = 0; at < length; at += 1)
    if (view.getUint8(start + at) !== other.view.getUint8(other.start + at)) return false;
  return true;
}
