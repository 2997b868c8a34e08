/**
 * The counts of one range, positive or negative, of an exponential histogram: from the lowest bucket in use to the
 * highest, and never more than `maxSize` of them.
 *
 *     index           -3 -2 -1  0  1
 *     bucketCounts   [ 4  0  1  7  2 | 0  0 ]
 *                     offset    size 5
 *
 * The lowest bucket is always the first of the array. A new lowest one has to move the others up, which is rare and
 * short; in return an index is found by one subtraction, and a change of scale happens in place. The array is as long
 * as the range has ever been: what is emptied and filled again allocates nothing.
 */
export class ExponentialBuckets {
  /** The index of the lowest bucket in use; 0 where none is. */
  offset = 0;
  /** The counts from `offset` on. Those beyond the range are 0. */
  readonly bucketCounts: number[] = [];
  readonly #maxSize: number;
  #size = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /**
   * Adds to the count of a bucket.
   *
   * @returns whether it did, which it does not if the range would come to more than `maxSize` buckets
   */
  add(index: number, count: number): boolean {
    let at = index - this.offset;
    if (at < 0 || at >= this.#size) {
      if (!this.#extend(index)) return false;
      at = index - this.offset;
    }
    this.bucketCounts[at] = (this.bucketCounts[at] as number) + count;
    return true;
  }

  /** By how much the scale has to go down until the range has room for this bucket, whose index is of the scale now. */
  excess(index: number): number {
    let low = this.#lowestWith(index);
    let high = this.#highestWith(index);
    let steps = 0;
    for (; high - low >= this.#maxSize; steps += 1) {
      low >>= 1;
      high >>= 1;
    }
    return steps;
  }

  /** Goes down in scale: each 2^steps buckets that have the same index there become one. */
  downscale(steps: number): void {
    const counts = this.bucketCounts;
    const size = this.#size;
    const offset = this.offset >> steps;
    // A count moves down or stays where it is, and so meets only what has been moved before.
    for (let from = 0; from < size; from += 1) {
      const to = ((this.offset + from) >> steps) - offset;
      const count = counts[from] as number;
      counts[from] = 0;
      counts[to] = (counts[to] as number) + count;
      this.#size = to + 1;
    }
    this.offset = offset;
  }

  /** Empties the range, and keeps the array for the next one. */
  clear(): void {
    this.bucketCounts.fill(0, 0, this.#size);
    this.#size = 0;
    this.offset = 0;
  }

  /** The range as data points have it. The array is the caller's. */
  toPoint(): { offset: number; bucketCounts: number[] } {
    return { offset: this.offset, bucketCounts: this.bucketCounts.slice(0, this.#size) };
  }

  /** Makes the range reach the bucket, if it may become that long. */
  #extend(index: number): boolean {
    const counts = this.bucketCounts;
    const offset = this.#lowestWith(index);
    const size = this.#highestWith(index) - offset + 1;
    if (size > this.#maxSize) return false;
    while (counts.length < size) counts.push(0);
    if (offset < this.offset) this.#moveUp(this.offset - offset);
    this.offset = offset;
    this.#size = size;
    return true;
  }

  #moveUp(by: number): void {
    const counts = this.bucketCounts;
    for (let from = this.#size - 1; from >= 0; from -= 1) counts[from + by] = counts[from] as number;
    counts.fill(0, 0, by);
  }

  /** The lowest bucket of the range that has this one in it, too. */
  #lowestWith(index: number): number {
    return this.#size === 0 ? index : Math.min(this.offset, index);
  }

  #highestWith(index: number): number {
    return this.#size === 0 ? index : Math.max(this.offset + this.#size - 1, index);
  }
}
