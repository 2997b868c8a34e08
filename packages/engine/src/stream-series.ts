import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import { DataPointType } from './sdk-enumerations.ts';
import type { Aggregation } from './aggregation.ts';
import type { Exemplar } from './exemplar.ts';
import { ExplicitHistogramAggregation } from './explicit-histogram.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import type { ObservedRows } from './observed-values.ts';
import type { ExponentialHistogramSeries, HistogramSeries, SeriesMetric, SeriesRows } from './series-collection.ts';
import type { Stream } from './stream.ts';

/** A stream in one collection. */
export interface CollectedStream {
  readonly scope: InstrumentationScope;
  readonly stream: Stream;
  readonly nowMs: number;
  /** As in {@link Stream.settle}. */
  readonly latestStartMs: number;
  /** The rows that callbacks have observed, which have been settled; `undefined` where there are no callbacks. */
  readonly observed: ObservedRows | undefined;
}

/** The series of a stream, to be read where they are. */
export function toSeriesMetric(collected: CollectedStream): SeriesMetric {
  const { aggregation } = collected.stream;
  if (aggregation instanceof ExplicitHistogramAggregation) return new StreamHistograms(collected, aggregation);
  const { dataPointType } = aggregation;
  return dataPointType === DataPointType.SUM || dataPointType === DataPointType.GAUGE
    ? new StreamNumbers(collected, dataPointType)
    : new StreamExponentialHistograms(collected);
}

/** There may be tens of thousands in one collection: what they have in common is in the prototype, and not in closures. */
class StreamRows implements SeriesRows {
  readonly scope: InstrumentationScope;
  readonly descriptor: InstrumentDescriptor;
  readonly identity: Stream;
  readonly areDistinct = true;
  readonly rowCount: number;
  readonly #nowMs: number;
  readonly #latestStartMs: number;
  readonly #observed: ObservedRows | undefined;

  constructor({ scope, stream, nowMs, latestStartMs, observed }: CollectedStream) {
    this.scope = scope;
    this.descriptor = stream.descriptor;
    this.identity = stream;
    this.rowCount = stream.rowCount;
    this.#nowMs = nowMs;
    this.#latestStartMs = latestStartMs;
    this.#observed = observed;
  }

  settle(from: number, to: number): void {
    // What is observed is settled as it is recorded. The next collection may be about to: then it has rows without a value.
    if (this.#observed === undefined) this.identity.settle(this.#nowMs, from, to, this.#latestStartMs);
  }

  isShown(row: number): boolean {
    return this.identity.isLive(row) && (this.#observed === undefined || this.#observed.has(row));
  }

  generationOf(row: number): number {
    return this.identity.generationOf(row);
  }

  attributesOf(row: number): Attributes {
    return this.identity.attributesOf(row);
  }

  startTimeOf(row: number): number {
    return this.identity.startTimeOf(row);
  }

  exemplarsOf(row: number): readonly Exemplar[] | undefined {
    return this.identity.exemplars.collect(row, 0);
  }
}

class StreamNumbers<Type extends typeof DataPointType.SUM | typeof DataPointType.GAUGE> extends StreamRows {
  readonly dataPointType: Type;
  readonly isMonotonic: boolean;
  readonly #aggregation: Aggregation;

  constructor(collected: CollectedStream, dataPointType: Type) {
    super(collected);
    this.dataPointType = dataPointType;
    this.#aggregation = collected.stream.aggregation;
    this.isMonotonic = this.#aggregation.isMonotonic === true;
  }

  override valueOf(row: number): number {
    // What the value of a data point is goes with its type.
    return this.#aggregation.cumulative(row) as number;
  }
}

class StreamHistograms extends StreamRows implements HistogramSeries {
  readonly dataPointType = DataPointType.HISTOGRAM;
  readonly boundaries: Float64Array;
  readonly hasSum: boolean;
  readonly #aggregation: ExplicitHistogramAggregation;

  constructor(collected: CollectedStream, aggregation: ExplicitHistogramAggregation) {
    super(collected);
    this.#aggregation = aggregation;
    this.boundaries = aggregation.boundaries;
    this.hasSum = aggregation.recordsSum;
  }

  copy(row: number, into: Float64Array): void {
    this.#aggregation.copy(row, into);
  }
}

class StreamExponentialHistograms extends StreamRows implements ExponentialHistogramSeries {
  readonly dataPointType = DataPointType.EXPONENTIAL_HISTOGRAM;

  pointOf(row: number): ExponentialHistogram {
    // What the value of a data point is goes with its type.
    return this.identity.aggregation.cumulative(row) as ExponentialHistogram;
  }
}
