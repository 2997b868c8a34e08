import type { Attributes } from '@opentelemetry/api';
import { ROUND, valuesFor } from '../../engine/bench/measurements.ts';
import type { Contender } from './contenders/contender.ts';
import { setsOfLabels, type Size } from './series.ts';
import type { Totals } from './totals.ts';

/** Counters that have been counting for a while have more digits than one measurement. */
const HISTORY = 1000;
/** How many measurements a histogram has seen before. */
const OBSERVATIONS = 10;

/** Records into all series of a contender, and keeps account. */
export class Recorder {
  readonly #contender: Contender;
  readonly #counters: readonly Attributes[];
  readonly #histograms: readonly Attributes[];
  readonly #items = valuesFor('counter');
  readonly #durations = valuesFor('histogram');
  readonly #totals: { -readonly [Key in keyof Totals]: Totals[Key] };
  #round = 0;

  constructor(contender: Contender, { counters, histograms }: Size) {
    this.#contender = contender;
    this.#counters = setsOfLabels(counters);
    this.#histograms = setsOfLabels(histograms);
    this.#totals = { counters, items: 0, histograms, observations: 0, durations: 0 };
    this.#count(HISTORY);
    for (let times = 0; times < OBSERVATIONS; times += 1) this.#observe();
  }

  /** What the endpoint should tell. */
  get totals(): Totals {
    return this.#totals;
  }

  /** Once into each series. */
  recordAll(): void {
    this.#count(1);
    this.#observe();
  }

  #count(times: number): void {
    const round = (this.#round += 1);
    for (const [index, set] of this.#counters.entries()) {
      const value = times * (this.#items[(index + round) % ROUND] ?? 0);
      this.#contender.count(value, set);
      this.#totals.items += value;
    }
  }

  #observe(): void {
    const round = (this.#round += 1);
    for (const [index, set] of this.#histograms.entries()) {
      const value = this.#durations[(index + round) % ROUND] ?? 0;
      this.#contender.observe(value, set);
      this.#totals.durations += value;
    }
    this.#totals.observations += this.#histograms.length;
  }
}
