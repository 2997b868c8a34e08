/** The rows that callbacks have observed in one collection. */
export interface ObservedRows {
  has(row: number): boolean;
}

/**
 * What callbacks have observed in one collection, by row: the last value of each, which is the one that stands. It is flat
 * memory: of a hundred thousand rows a map would stop the event loop for milliseconds when it grows.
 */
export class ObservedValues implements ObservedRows {
  /** NaN where nothing was observed: what is no number is dropped before. */
  #last = new Float64Array(0);

  add(row: number, value: number): void {
    if (row >= this.#last.length) this.#grow(row);
    this.#last[row] = value;
  }

  has(row: number): boolean {
    return !Number.isNaN(this.lastOf(row));
  }

  /** NaN if the row was not observed. */
  lastOf(row: number): number {
    return this.#last[row] ?? NaN;
  }

  #grow(row: number): void {
    const grown = new Float64Array(Math.max(2 * this.#last.length, row + 1));
    grown.set(this.#last);
    grown.fill(NaN, this.#last.length);
    this.#last = grown;
  }
}

/** All values of each row, in the order in which they came, for what counts each. */
export class AllObservedValues extends ObservedValues {
  readonly #all = new Map<number, number[]>();

  override add(row: number, value: number): void {
    super.add(row, value);
    const present = this.#all.get(row);
    if (present === undefined) this.#all.set(row, [value]);
    else present.push(value);
  }

  allOf(row: number): readonly number[] {
    return this.#all.get(row) ?? [];
  }
}
