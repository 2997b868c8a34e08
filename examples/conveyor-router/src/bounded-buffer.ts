/**
 * A queue with a fixed number of places.
 *
 *     put ──▶ [ queued ─────────── ] ──take──▶ held by the taker ──release──▶ gone
 *                   ▲                                │
 *                   └───────────── giveBack ─────────┘
 *
 * A record that was taken keeps its place until it is released, so that what a taker could not get rid of always fits
 * back in front, and `length` is everything that the stage answers for.
 */
import type { Occupancy } from './occupancy.ts';
import { Wakeup } from './wakeup.ts';

export class BoundedBuffer<Item> {
  readonly capacity: number;
  readonly #occupancy: Occupancy | undefined;
  readonly #places: (Item | undefined)[];
  readonly #changed = new Wakeup();
  #first = 0;
  #queued = 0;
  #held = 0;
  #closed = false;
  #aborted: Error | undefined;

  constructor(capacity: number, occupancy?: Occupancy) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`a buffer of ${capacity} places`);
    this.capacity = capacity;
    this.#occupancy = occupancy;
    this.#places = Array.from({ length: capacity });
  }

  /** Places in use: queued and held ones. */
  get length(): number {
    return this.#queued + this.#held;
  }

  /** Items that can be taken now. */
  get queued(): number {
    return this.#queued;
  }

  /** Appends the items in order, waiting for room as often as need be. */
  async put(items: readonly Item[]): Promise<void> {
    let next = 0;
    for (;;) {
      if (this.#aborted) throw this.#aborted;
      if (this.#closed) throw new Error('put into a closed buffer');
      const count = Math.min(items.length - next, this.capacity - this.length);
      if (count > 0) {
        for (const item of items.slice(next, next + count)) this.#places[this.#placeOf(this.#queued++)] = item;
        next += count;
        this.#change(count);
      }
      if (next === items.length) return;
      await this.#changed.wait();
    }
  }

  /** Takes up to `limit` items, waiting for the first one; undefined when the buffer is closed and empty. */
  async take(limit: number): Promise<Item[] | undefined> {
    for (;;) {
      if (this.#aborted) throw this.#aborted;
      if (this.#queued > 0) return this.takeNow(limit);
      // What is held may yet be given back.
      if (this.#closed && this.#held === 0) return undefined;
      await this.#changed.wait();
    }
  }

  /** Takes up to `limit` items without waiting, perhaps none. */
  takeNow(limit: number): Item[] {
    const taken: Item[] = [];
    while (taken.length < limit && this.#queued > 0) {
      const item = this.#places[this.#first] as Item;
      this.#places[this.#first] = undefined;
      this.#first = this.#placeOf(1);
      this.#queued -= 1;
      taken.push(item);
    }
    this.#held += taken.length;
    return taken;
  }

  /** Frees the places of taken items. */
  release(count: number): void {
    this.#letGo(count);
    this.#change(-count);
  }

  /** Puts taken items back in front, in the order in which they were taken. */
  giveBack(items: readonly Item[]): void {
    this.#letGo(items.length);
    for (const item of items.toReversed()) {
      this.#first = this.#placeOf(this.capacity - 1);
      this.#places[this.#first] = item;
      this.#queued += 1;
    }
    this.#changed.ring();
  }

  /** Resolves when no more than `length` places are in use. */
  async whenAtMost(length: number): Promise<void> {
    while (this.length > length) {
      if (this.#aborted) throw this.#aborted;
      await this.#changed.wait();
    }
  }

  /** Takes nothing more in; what is there can still be taken. */
  close(): void {
    this.#closed = true;
    this.#changed.ring();
  }

  /** Makes every wait, now and later, fail with `reason`. */
  abort(reason: Error): void {
    this.#aborted ??= reason;
    this.#changed.ring();
  }

  #placeOf(index: number): number {
    return (this.#first + index) % this.capacity;
  }

  #letGo(count: number): void {
    if (count > this.#held) throw new RangeError(`${count} items let go, but only ${this.#held} are held`);
    this.#held -= count;
  }

  #change(count: number): void {
    this.#occupancy?.add(count);
    this.#changed.ring();
  }
}
