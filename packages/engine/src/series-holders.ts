import { keyOf } from './attribute-key.ts';
import { NO_ROW, type Entries } from './attribute-node.ts';

/** What holds a series while code holds it: it follows the series through its end and its beginning anew. */
export interface SeriesHolder {
  /** Goes to another row; {@link NO_ROW} where the series is no more. */
  moveTo(row: number): void;
}

/** How many holders that are perhaps gone are worth no look. */
const FEW = 64;

/**
 * How many attribute sets without a series are remembered for their holders. Code that binds a set, removes it and drops the
 * handle, over and over, would fill the memory until V8 finds out what is gone, which it does late. A holder that is
 * forgotten here finds its series with its next measurement all the same; until then it does not hold one against time.
 */
const MOST_DISPLACED = 10_000;

/** Who holds which series, for as long as code keeps the holder: nothing is kept alive from here. */
export class SeriesHolders {
  readonly #byRow = new Map<number, WeakRef<SeriesHolder>[]>();
  /** By attribute set, the latest last: holders of series that are no more at present. */
  readonly #displaced = new Map<string, WeakRef<SeriesHolder>[]>();
  readonly #follows: boolean;
  /** How many displaced sets are next worth a look. */
  #tidyAt = FEW;
  #added = 0;

  /**
   * @param follows whether holders are told of series that others begin: where series end by time. Elsewhere it is enough that
   *   they look for theirs with their next measurement, and nothing is remembered of them.
   */
  constructor(follows: boolean) {
    this.#follows = follows;
  }

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
    if (held.length === 0 || !this.#follows) return;
    this.#displaced.set(keyOf(entries), held);
    if (this.#displaced.size >= this.#tidyAt) this.#tidyDisplaced();
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
    this.#tidyDisplaced();
  }

  /** The next time is when they have doubled, which comes to next to nothing for each. */
  #tidyDisplaced(): void {
    tidy(this.#displaced);
    let tooMany = this.#displaced.size < MOST_DISPLACED ? 0 : this.#displaced.size - MOST_DISPLACED / 2;
    for (const key of this.#displaced.keys()) {
      if (tooMany === 0) break;
      this.#displaced.delete(key);
      tooMany -= 1;
    }
    this.#tidyAt = Math.min(MOST_DISPLACED, Math.max(FEW, 2 * this.#displaced.size));
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
