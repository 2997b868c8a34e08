import { setImmediate } from 'node:timers/promises';

/** How long work goes on before others have their turn: with what one step takes and a collection of garbage, well below 5 ms. */
const SLICE_MS = 1.5;

/** Cuts long work into pieces, so that it does not hold the event loop for longer than its smallest step takes. */
export class TimeSlices {
  #since = performance.now();
  #looked = this.#since;

  /** Milliseconds since the last look at the clock. Costs as much as writing a short line: not for each of many small steps. */
  look(): number {
    const before = this.#looked;
    this.#looked = performance.now();
    return this.#looked - before;
  }

  /** Whether it was time for {@link next} at the last look. */
  get isOver(): boolean {
    return this.#looked - this.#since > SLICE_MS;
  }

  /** Lets others run. */
  async next(): Promise<void> {
    await setImmediate();
    this.#since = this.#looked = performance.now();
  }

  /** Lets others run, if it is time. */
  async giveWay(): Promise<void> {
    this.look();
    if (this.isOver) await this.next();
  }
}
