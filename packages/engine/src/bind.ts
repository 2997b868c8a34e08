import type { Context } from '@opentelemetry/api';
import type { Acceptance } from './acceptance.ts';
import type { AnyBoundInstrument } from './bound-instrument.ts';
import { BoundExplicitHistogram } from './bound-explicit-histogram.ts';
import { BoundLastValue } from './bound-last-value.ts';
import { BoundSeries, type BoundSeriesOptions } from './bound-series.ts';
import { BoundSum } from './bound-sum.ts';
import { ExplicitHistogramAggregation } from './explicit-histogram.ts';
import { LastValueAggregation } from './last-value.ts';
import { SumAggregation } from './sum.ts';

/**
 * Makes the bound form of a series: with its cells at hand where the aggregation has cells and measurements can go
 * straight there, otherwise by way of the aggregation.
 */
export function createBoundSeries(options: BoundSeriesOptions): BoundSeries {
  const { acceptance, sampler, stream } = options;
  if (sampler.takesAll) return new BoundRow(options);
  const { aggregation } = stream;
  if (aggregation instanceof SumAggregation) return new BoundSum(options, aggregation);
  if (aggregation instanceof LastValueAggregation) return new BoundLastValue(options, aggregation);
  // Only histograms are known to take no negative values, which is what its check is about.
  if (aggregation instanceof ExplicitHistogramAggregation && acceptance.minimum === 0) {
    return new BoundExplicitHistogram(options, aggregation);
  }
  return new BoundRow(options);
}

class BoundRow extends BoundSeries {
  protected override place(): void {
    // The row's number is all it needs.
  }
}

/** The bound form of an instrument that goes into several streams. */
export class BoundFanOut implements AnyBoundInstrument {
  readonly #acceptance: Acceptance;
  readonly #bounds: readonly AnyBoundInstrument[];

  constructor(acceptance: Acceptance, bounds: readonly AnyBoundInstrument[]) {
    this.#acceptance = acceptance;
    this.#bounds = bounds;
  }

  add(value: number, context?: Context): void {
    // Here, so that a measurement that is dropped is counted once.
    const accepted = this.#acceptance.accept(value);
    if (accepted !== undefined) for (const bound of this.#bounds) bound.add(accepted, context);
  }

  record(value: number, context?: Context): void {
    this.add(value, context);
  }

  enabled(): boolean {
    return this.#bounds.length > 0;
  }

  remove(): void {
    for (const bound of this.#bounds) bound.remove();
  }
}
