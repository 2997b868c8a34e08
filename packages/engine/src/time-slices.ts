/** How long work goes on before others have their turn: with what one step takes and a collection of garbage, well below 5 ms. */
const SLICE_MS = 1.5;

/** Steps between two looks at the clock, which costs as much as a small step. A view's processor may make a large one. */
const STEPS_AT_ONCE = 8;

/** Work in steps, between any two of which others may run. What it returns is its result. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Takes all steps, and lets nobody run in between. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Takes the steps of one collection, and never holds the event loop for long. */
export class TimeSlices {
  #since = performance.now();
  #steps = 0;

  /** Takes all steps, and lets others run in between. */
  readonly take = async <Result>(steps: Steps<Result>): Promise<Result> => {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      this.#steps += 1;
      if (this.#steps % STEPS_AT_ONCE !== 0) continue;
      // What the callbacks among the steps have promised is done now, and not on top of the slice when it has ended.
      await Promise.resolve();
      if (performance.now() - this.#since <= SLICE_MS) continue;
      await new Promise((resolve) => setImmediate(resolve));
      this.#since = performance.now();
    }
  };
}
