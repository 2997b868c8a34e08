import type { AggregationOption } from '@opentelemetry/sdk-metrics';
import { AggregationType, InstrumentType } from './sdk-enumerations.ts';
import type { Aggregation } from './aggregation.ts';
import { bucketOf, ExplicitHistogramAggregation } from './explicit-histogram.ts';
import { ExponentialHistogramAggregation } from './exponential-histogram.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import { kindOf } from './instrument-kind.ts';
import { LastValueAggregation } from './last-value.ts';
import { PrecomputedSumAggregation } from './precomputed-sum.ts';
import { SumAggregation } from './sum.ts';
import { areBoundaries } from './view.ts';

/** An aggregation, and which of its places an exemplar competes for. */
export interface CreatedAggregation {
  readonly aggregation: Aggregation;
  readonly exemplarPlace: (value: number, taken: number) => number;
}

/** The boundaries of histograms that nobody gave any (specification, SDK, "Explicit Bucket Histogram Aggregation"). */
const DEFAULT_BOUNDARIES = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

const DEFAULT_MAX_SIZE = 160;

/** The exemplars of an exponential histogram's series (specification, SDK, "Exemplar defaults"). */
const MOST_EXEMPLARS = 20;

/**
 * The aggregation that an option asks for; `undefined` for the one that drops.
 *
 * @param slots the readers with delta temporality
 */
export function createAggregation(
  option: AggregationOption,
  descriptor: InstrumentDescriptor,
  slots: number,
): CreatedAggregation | undefined {
  const { type, advice } = descriptor;
  const { isObservable, takesNegative } = kindOf(type);
  const recordsSum = !takesNegative;
  switch (option.type) {
    case AggregationType.DROP:
      return undefined;
    case AggregationType.SUM:
      return onePlace(
        isObservable ? new PrecomputedSumAggregation(recordsSum, slots) : new SumAggregation(recordsSum, slots),
      );
    case AggregationType.LAST_VALUE:
      return onePlace(new LastValueAggregation(slots));
    case AggregationType.EXPLICIT_BUCKET_HISTOGRAM: {
      const { boundaries, recordMinMax = true } = option.options ?? {};
      const histogram = new ExplicitHistogramAggregation({
        // Views have been checked; what a reader selects has not.
        boundaries: (areBoundaries(boundaries) ? boundaries : DEFAULT_BOUNDARIES).filter(Number.isFinite),
        recordMinMax,
        recordsSum,
        slots,
      });
      return { aggregation: histogram, exemplarPlace: (value) => bucketOf(histogram.boundaries, value) };
    }
    case AggregationType.EXPONENTIAL_HISTOGRAM: {
      const { maxSize: asked = DEFAULT_MAX_SIZE, recordMinMax = true } = option.options ?? {};
      const maxSize = Number.isInteger(asked) && asked >= 2 ? asked : DEFAULT_MAX_SIZE;
      const aggregation = new ExponentialHistogramAggregation({ maxSize, recordMinMax, recordsSum, slots });
      return { aggregation, exemplarPlace: (_value, taken) => taken % Math.min(MOST_EXEMPLARS, maxSize) };
    }
    case AggregationType.DEFAULT:
      return createAggregation(defaultOf(type, advice.explicitBucketBoundaries), descriptor, slots);
  }
}

function defaultOf(type: InstrumentType, boundaries: unknown): AggregationOption {
  switch (type) {
    case InstrumentType.COUNTER:
    case InstrumentType.UP_DOWN_COUNTER:
    case InstrumentType.OBSERVABLE_COUNTER:
    case InstrumentType.OBSERVABLE_UP_DOWN_COUNTER:
      return { type: AggregationType.SUM };
    case InstrumentType.GAUGE:
    case InstrumentType.OBSERVABLE_GAUGE:
      return { type: AggregationType.LAST_VALUE };
    case InstrumentType.HISTOGRAM:
      return areBoundaries(boundaries)
        ? { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries } }
        : { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM };
  }
}

function onePlace(aggregation: Aggregation): CreatedAggregation {
  return { aggregation, exemplarPlace: () => 0 };
}
