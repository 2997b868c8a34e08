import { setImmediate } from 'node:timers/promises';

/** How long work goes on before others have their turn: with what one step takes and a collection of garbage, well below 5 ms. */
const SLICE_MS = 1.5;

/** Cuts long work into pieces, so that it never holds the event loop for long. */
export class TimeSlices {
  #since = performance.now();

  /** Whether it is time for {@link next}. Costs a look at the clock: not for each of many small steps. */
  isOver(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  /** Lets others run. */
  async next(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
