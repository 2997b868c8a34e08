/** What holds a series while code holds it, and is told when the series is no more. */
export interface SeriesHolder {
  displace(): void;
}

/** How many holders that are perhaps gone are worth no look. */
const FEW = 64;

/** Who holds which row, for as long as code keeps the holder: nothing is kept alive from here. */
export class SeriesHolders {
  readonly #byRow = new Map<number, WeakRef<SeriesHolder>[]>();
  #added = 0;

  add(row: number, holder: SeriesHolder): void {
    const held = this.#byRow.get(row);
    if (held === undefined) this.#byRow.set(row, [new WeakRef(holder)]);
    else held.push(new WeakRef(holder));
    this.#added += 1;
  }

  has(row: number): boolean {
    return this.#byRow.get(row)?.some((reference) => reference.deref() !== undefined) ?? false;
  }

  /** Tells those who hold a row that its series is no more, and forgets them. */
  displace(row: number): void {
    for (const reference of this.#byRow.get(row) ?? []) reference.deref()?.displace();
    this.#byRow.delete(row);
  }

  /** Forgets holders that are gone, if there may be many: code that binds for each measurement leaves them behind. */
  tidy(): void {
    if (this.#added < FEW) return;
    this.#added = 0;
    for (const [row, held] of this.#byRow) {
      const living = held.filter((reference) => reference.deref() !== undefined);
      if (living.length === 0) this.#byRow.delete(row);
      else if (living.length < held.length) this.#byRow.set(row, living);
    }
  }
}
