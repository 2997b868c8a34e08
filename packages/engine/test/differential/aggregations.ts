import { AggregationType, InstrumentType, type AggregationOption } from '@opentelemetry/sdk-metrics';
import { fc } from '../support/properties.ts';
import { allAndAny, any, eighths, OBSERVABLE, type Theme } from './vocabulary.ts';

/** Boundaries of buckets. They increase: see `increasingBoundaries`. */
export const boundaries: fc.Arbitrary<number[]> = fc
  .uniqueArray(eighths(-2, 30), { maxLength: 5 })
  .map((values) => values.toSorted((one, other) => one - other));

const simple = fc.constantFrom<AggregationOption>(
  { type: AggregationType.DEFAULT },
  { type: AggregationType.DROP },
  { type: AggregationType.SUM },
  { type: AggregationType.LAST_VALUE },
);

const explicitBuckets: fc.Arbitrary<AggregationOption> = fc.oneof(
  fc.constant<AggregationOption>({ type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM }),
  allAndAny({ boundaries }, { recordMinMax: fc.boolean() }).map((options) => ({
    type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
    options,
  })),
);

const exponentialBuckets: fc.Arbitrary<AggregationOption> = any({
  maxSize: fc.constantFrom(2, 3, 4, 8, 20, 160),
  recordMinMax: fc.boolean(),
}).map((options) => ({ type: AggregationType.EXPONENTIAL_HISTOGRAM, options }));

/** Aggregations for instruments of a type, or of all types of the theme. */
export function aggregationFor(
  type: InstrumentType | undefined,
  { types, exponential }: Theme,
): fc.Arbitrary<AggregationOption> {
  const selected = type === undefined ? types : [type];
  // See `histogramsOfObservations`.
  if (selected.some((each) => OBSERVABLE.includes(each))) return simple;
  return fc.oneof(simple, explicitBuckets, ...(exponential ? [exponentialBuckets] : []));
}

/** Aggregations of a reader's own for some of the types. */
export function aggregationsFor(theme: Theme): fc.Arbitrary<Partial<Record<InstrumentType, AggregationOption>>> {
  return any(Object.fromEntries(theme.types.map((type) => [type, aggregationFor(type, theme)])));
}
