/** What holds a series while code holds it, and is told when the series is no more. */
export interface SeriesHolder {
  displace(): void;
}

/** From how many holders of one row on it is worth looking which of them are still there. */
const TIDY_FROM = 8;

/** Who holds which row, for as long as code keeps the holder: nothing is kept alive from here. */
export class SeriesHolders {
  readonly #byRow = new Map<number, WeakRef<SeriesHolder>[]>();

  add(row: number, holder: SeriesHolder): void {
    const held = this.#byRow.get(row);
    if (held === undefined) {
      this.#byRow.set(row, [new WeakRef(holder)]);
      return;
    }
    // Now and then, so that code which binds anew for each measurement does not pile up what it has dropped.
    const isTimeToTidy = held.length >= TIDY_FROM && Number.isInteger(Math.log2(held.length));
    const living = isTimeToTidy ? held.filter((reference) => reference.deref() !== undefined) : held;
    living.push(new WeakRef(holder));
    this.#byRow.set(row, living);
  }

  has(row: number): boolean {
    return this.#byRow.get(row)?.some((reference) => reference.deref() !== undefined) ?? false;
  }

  /** Tells those who hold a row that its series is no more, and forgets them. */
  displace(row: number): void {
    for (const reference of this.#byRow.get(row) ?? []) reference.deref()?.displace();
    this.#byRow.delete(row);
  }
}
