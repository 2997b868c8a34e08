import { NO_ROW, type Entries } from './attribute-node.ts';

/** What holds a series while code holds it: it follows the series through its end and its beginning anew. */
export interface SeriesHolder {
  /** Goes to another row; {@link NO_ROW} where the series is no more. */
  moveTo(row: number): void;
}

/** How many holders that are perhaps gone are worth no look. */
const FEW = 64;

/** Who holds which series, for as long as code keeps the holder: nothing is kept alive from here. */
export class SeriesHolders {
  readonly #byRow = new Map<number, WeakRef<SeriesHolder>[]>();
  /** By attribute set: holders of series that are no more at present. */
  readonly #displaced = new Map<string, WeakRef<SeriesHolder>[]>();
  #added = 0;

  add(row: number, holder: SeriesHolder): void {
    const held = this.#byRow.get(row);
    if (held === undefined) this.#byRow.set(row, [new WeakRef(holder)]);
    else held.push(new WeakRef(holder));
    this.#added += 1;
    // Code that binds for each measurement leaves holders behind.
    if (held !== undefined && isTimeToTidy(held.length)) this.#byRow.set(row, living(held));
  }

  has(row: number): boolean {
    return this.#byRow.get(row)?.some((reference) => reference.deref() !== undefined) ?? false;
  }

  /** The series of a row is no more: tells its holders. */
  displace(row: number, entries: Entries): void {
    const held = living(this.#byRow.get(row) ?? []);
    this.#byRow.delete(row);
    for (const reference of held) reference.deref()?.moveTo(NO_ROW);
    if (held.length === 0) return;
    this.#displaced.set(keyOf(entries), held);
    if (isTimeToTidy(this.#displaced.size)) tidy(this.#displaced);
  }

  /** A series has begun in a row: tells those that held it before its end. */
  follow(row: number, entries: Entries): void {
    if (this.#displaced.size === 0) return;
    const key = keyOf(entries);
    const held = this.#displaced.get(key);
    if (held === undefined) return;
    this.#displaced.delete(key);
    this.#byRow.set(row, held);
    for (const reference of held) reference.deref()?.moveTo(row);
  }

  /** Forgets holders that are gone, if there may be many. */
  tidy(): void {
    if (this.#added < FEW && this.#displaced.size < FEW) return;
    this.#added = 0;
    tidy(this.#byRow);
    tidy(this.#displaced);
  }
}

/** Each time that they have doubled, which comes to next to nothing for each. */
function isTimeToTidy(count: number): boolean {
  return count >= FEW && Number.isInteger(Math.log2(count));
}

function tidy<Key>(holders: Map<Key, WeakRef<SeriesHolder>[]>): void {
  for (const [key, held] of holders) {
    const left = living(held);
    if (left.length === 0) holders.delete(key);
    else if (left.length < held.length) holders.set(key, left);
  }
}

function living(held: WeakRef<SeriesHolder>[]): WeakRef<SeriesHolder>[] {
  return held.filter((reference) => reference.deref() !== undefined);
}

function keyOf(entries: Entries): string {
  return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
