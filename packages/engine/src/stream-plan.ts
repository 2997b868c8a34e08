import type { InstrumentationScope } from '@opentelemetry/core';
import type { AggregationOption, IAttributesProcessor, IMetricReader } from '@opentelemetry/sdk-metrics';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import { AggregationTemporality, AggregationType } from './sdk-enumerations.ts';
import type { View } from './view.ts';

/** A stream that an instrument is to have, and who reads it. */
export interface StreamPlan {
  readonly descriptor: InstrumentDescriptor;
  /** The instrument itself, without what a view says of the stream. */
  readonly instrument: InstrumentDescriptor;
  readonly aggregation: AggregationOption;
  readonly processors: readonly IAttributesProcessor[];
  readonly cardinalityLimit: number;
  readonly timeToLiveMs: number;
  readonly readers: readonly IMetricReader[];
}

/** The attribute sets of a stream where nobody says how many (specification, SDK, "Cardinality limits"). */
const DEFAULT_CARDINALITY_LIMIT = 2000;

/**
 * What the views make of an instrument; without a view that matches, what its readers make of it. Readers share a stream
 * where they want the same of it.
 *
 * @param isShared whether readers may share streams: not for observables, whose observations are one reader's
 */
export function planStreams(
  descriptor: InstrumentDescriptor,
  scope: InstrumentationScope,
  views: readonly View[],
  readers: readonly IMetricReader[],
  isShared: boolean,
): StreamPlan[] {
  const matching = views.filter((view) => view.matches(descriptor, scope));
  const plans = (matching.length === 0 ? [undefined] : matching).flatMap((view) =>
    readers.map((reader) => planFor(descriptor, view, reader)),
  );
  return join(plans, isShared);
}

/** How a reader wants the values of an instrument. */
export function isDelta(reader: IMetricReader, { type }: InstrumentDescriptor): boolean {
  return reader.selectAggregationTemporality(type) === AggregationTemporality.DELTA;
}

/** Whether two plans, for whichever readers, make the same of the same instrument. */
export function isSamePlan(a: StreamPlan, b: StreamPlan): boolean {
  return (
    a.descriptor.name.toLowerCase() === b.descriptor.name.toLowerCase() &&
    a.descriptor.unit === b.descriptor.unit &&
    a.descriptor.type === b.descriptor.type &&
    a.descriptor.valueType === b.descriptor.valueType &&
    JSON.stringify(a.aggregation) === JSON.stringify(b.aggregation) &&
    a.cardinalityLimit === b.cardinalityLimit &&
    a.timeToLiveMs === b.timeToLiveMs &&
    a.processors.length === b.processors.length &&
    a.processors.every((processor, index) => processor === b.processors[index])
  );
}

function planFor(descriptor: InstrumentDescriptor, view: View | undefined, reader: IMetricReader): StreamPlan {
  const { type } = descriptor;
  return {
    descriptor: {
      ...descriptor,
      name: view?.name ?? descriptor.name,
      description: view?.description ?? descriptor.description,
    },
    instrument: descriptor,
    // A view that does not speak of the aggregation leaves it to the reader (specification, SDK, "Stream configuration").
    aggregation: view?.aggregation ?? reader.selectAggregation(type) ?? { type: AggregationType.DEFAULT },
    processors: view?.attributesProcessors ?? [],
    cardinalityLimit: limitOf(view, reader, descriptor),
    timeToLiveMs: view?.timeToLiveMs ?? Infinity,
    readers: [reader],
  };
}

function limitOf(view: View | undefined, reader: IMetricReader, { type }: InstrumentDescriptor): number {
  // Readers of older versions do not have the selector.
  const ofReader = (reader as Partial<IMetricReader>).selectCardinalityLimit?.(type);
  return view?.aggregationCardinalityLimit ?? ofReader ?? DEFAULT_CARDINALITY_LIMIT;
}

function join(plans: readonly StreamPlan[], isShared: boolean): StreamPlan[] {
  const joined: StreamPlan[] = [];
  for (const plan of plans) {
    const [reader] = plan.readers;
    if (reader === undefined) continue;
    const index = joined.findIndex((each) => isSamePlan(each, plan) && (isShared || each.readers.includes(reader)));
    const present = joined[index];
    if (present === undefined) joined.push(plan);
    // The same reader twice: two views make the same of the instrument, and once is enough.
    else if (!present.readers.includes(reader)) joined[index] = { ...present, readers: [...present.readers, reader] };
  }
  return joined;
}
