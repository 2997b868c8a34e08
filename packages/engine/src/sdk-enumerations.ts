/**
 * The enumerations of sdk-metrics and core by their values, under their types: importing one of them from there loads both
 * packages and whatever they load, which is half of what a process that starts would wait for.
 */
import type * as core from '@opentelemetry/core';
import type * as sdk from '@opentelemetry/sdk-metrics';

/** The members of an enumeration, each of its own type. */
type Members<Enumeration> = { readonly [Name in Exclude<keyof Enumeration, number>]: Enumeration[Name] };

export const DataPointType: Members<typeof sdk.DataPointType> = {
  HISTOGRAM: 0,
  EXPONENTIAL_HISTOGRAM: 1,
  GAUGE: 2,
  SUM: 3,
};
export type DataPointType = sdk.DataPointType;

export const AggregationTemporality: Members<typeof sdk.AggregationTemporality> = { DELTA: 0, CUMULATIVE: 1 };
export type AggregationTemporality = sdk.AggregationTemporality;

export const AggregationType: Members<typeof sdk.AggregationType> = {
  DEFAULT: 0,
  DROP: 1,
  SUM: 2,
  LAST_VALUE: 3,
  EXPLICIT_BUCKET_HISTOGRAM: 4,
  EXPONENTIAL_HISTOGRAM: 5,
};
export type AggregationType = sdk.AggregationType;

// Text is of an enumeration's type only where it is said to be.
export const InstrumentType = {
  COUNTER: 'COUNTER' as sdk.InstrumentType.COUNTER,
  GAUGE: 'GAUGE' as sdk.InstrumentType.GAUGE,
  HISTOGRAM: 'HISTOGRAM' as sdk.InstrumentType.HISTOGRAM,
  UP_DOWN_COUNTER: 'UP_DOWN_COUNTER' as sdk.InstrumentType.UP_DOWN_COUNTER,
  OBSERVABLE_COUNTER: 'OBSERVABLE_COUNTER' as sdk.InstrumentType.OBSERVABLE_COUNTER,
  OBSERVABLE_GAUGE: 'OBSERVABLE_GAUGE' as sdk.InstrumentType.OBSERVABLE_GAUGE,
  OBSERVABLE_UP_DOWN_COUNTER: 'OBSERVABLE_UP_DOWN_COUNTER' as sdk.InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
} satisfies Members<typeof sdk.InstrumentType>;
export type InstrumentType = sdk.InstrumentType;

export const ExportResultCode: Members<typeof core.ExportResultCode> = { SUCCESS: 0, FAILED: 1 };
export type ExportResultCode = core.ExportResultCode;
