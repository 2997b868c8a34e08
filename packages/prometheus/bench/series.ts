import type { Attributes } from '@opentelemetry/api';
import { ManySeries, TWO_KEYS } from '../../engine/bench/many-series.ts';

export const KEYS: readonly string[] = [...TWO_KEYS, 'outcome'];

const OUTCOMES = ['accepted', 'rejected', 'retried', 'dropped'];

/** A number of series: so many counters, and a tenth as many histograms. */
export class Size {
  readonly counters: number;
  readonly histograms: number;

  constructor(counters: number) {
    this.counters = counters;
    this.histograms = counters / 10;
  }

  get series(): number {
    return this.counters + this.histograms;
  }
}

/** So many different sets of three labels. */
export function setsOfLabels(count: number): readonly Attributes[] {
  const pairs = new ManySeries(Math.ceil(count / OUTCOMES.length));
  return Array.from({ length: count }, (_, index) => {
    const outcome = index % OUTCOMES.length;
    return { ...pairs.attributes((index - outcome) / OUTCOMES.length), outcome: OUTCOMES[outcome] ?? '' };
  });
}
