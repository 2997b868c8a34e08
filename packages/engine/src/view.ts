import {
  AggregationType,
  type AggregationOption,
  type IAttributesProcessor,
  type ViewOptions as StockViewOptions,
} from '@opentelemetry/sdk-metrics';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';

/** A view as sdk-metrics has it, and what this engine adds. */
export interface ViewOptions extends StockViewOptions {
  /**
   * How long a series lives after its last measurement, in milliseconds. It is looked at when something is collected;
   * series that are bound stay. Default: for ever.
   */
  timeToLiveMs?: number;
}

/** A view that has been checked. */
export interface View extends ViewOptions {
  /** Where it stands in the options, for messages. */
  readonly label: string;
  matches(instrument: InstrumentDescriptor, scope: InstrumentationScope): boolean;
}

/**
 * Checks a view.
 *
 * @throws TypeError or RangeError that names the view, where it can select nothing for certain or make no stream
 */
export function createView(options: ViewOptions, position: number): View {
  const label = `views[${position}]${options.instrumentName === undefined ? '' : ` (instrumentName ${JSON.stringify(options.instrumentName)})`}`;
  checkSelectors(options, label);
  checkAggregation(options.aggregation, label);
  checkProcessors(options.attributesProcessors, label);
  checkNumber(options.aggregationCardinalityLimit, `${label}: aggregationCardinalityLimit`, 'an integer of 1 or more');
  checkNumber(options.timeToLiveMs, `${label}: timeToLiveMs`, 'an integer of 1 or more');
  const name = options.instrumentName === undefined ? undefined : toPattern(options.instrumentName);
  return {
    ...options,
    label,
    matches: (instrument, scope) =>
      (name === undefined || name.test(instrument.name)) &&
      isOrAny(options.instrumentType, instrument.type) &&
      isOrAny(options.instrumentUnit, instrument.unit) &&
      isOrAny(options.meterName, scope.name) &&
      // A meter without a version or a schema is selected by any, as sdk-metrics does it.
      (scope.version === undefined || isOrAny(options.meterVersion, scope.version)) &&
      (scope.schemaUrl === undefined || isOrAny(options.meterSchemaUrl, scope.schemaUrl)),
  };
}

function isOrAny<Value>(wanted: Value | undefined, value: Value): boolean {
  return wanted === undefined || wanted === value;
}

/** `*` stands for any number of characters, `?` for one (specification, SDK, "Instrument selection criteria"). */
function toPattern(wildcards: string): RegExp {
  const escaped = wildcards.replaceAll(/[\^$\\.+()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

function checkSelectors(view: ViewOptions, label: string): void {
  const { instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl, name } = view;
  const selectors = [instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl];
  if (selectors.every((selector) => selector === undefined || selector === null)) {
    throw new TypeError(
      `${label} selects nothing; allowed is at least one of instrumentName, instrumentType, instrumentUnit, meterName, meterVersion, meterSchemaUrl`,
    );
  }
  if (instrumentName !== undefined && typeof instrumentName !== 'string') {
    throw new TypeError(`${label}: instrumentName is not a string`);
  }
  if (name !== undefined && (instrumentName === undefined || /[*?]/.test(instrumentName))) {
    throw new TypeError(
      `${label} renames to ${JSON.stringify(name)} what may be several instruments; allowed is an instrumentName without wildcards`,
    );
  }
}

function checkAggregation(aggregation: AggregationOption | undefined, label: string): void {
  if (aggregation === undefined) return;
  switch (aggregation.type) {
    case AggregationType.EXPLICIT_BUCKET_HISTOGRAM: {
      const boundaries: unknown = aggregation.options?.boundaries;
      if (aggregation.options !== undefined && !areBoundaries(boundaries)) {
        throw new RangeError(`${label}: boundaries are ${inShort(boundaries)}; allowed are numbers that increase`);
      }
      return;
    }
    case AggregationType.EXPONENTIAL_HISTOGRAM: {
      const maxSize = aggregation.options?.maxSize;
      if (maxSize === undefined || (Number.isInteger(maxSize) && maxSize >= 2)) return;
      throw new RangeError(`${label}: maxSize is ${inShort(maxSize)}; allowed is an integer of 2 or more`);
    }
    case AggregationType.DEFAULT:
    case AggregationType.DROP:
    case AggregationType.SUM:
    case AggregationType.LAST_VALUE:
      return;
    default:
      throw new TypeError(`${label}: aggregation is ${inShort(aggregation)}; allowed is one of AggregationType`);
  }
}

/** Whether these can be the boundaries of buckets: numbers that increase. Infinite ones at the ends say nothing, and are allowed. */
export function areBoundaries(boundaries: unknown): boundaries is number[] {
  return (
    Array.isArray(boundaries) &&
    boundaries.every(
      (boundary: unknown, index) =>
        typeof boundary === 'number' &&
        !Number.isNaN(boundary) &&
        (index === 0 || boundary > (boundaries[index - 1] as number)),
    )
  );
}

function checkProcessors(processors: IAttributesProcessor[] | undefined, label: string): void {
  if (processors === undefined) return;
  if (Array.isArray(processors) && processors.every((processor) => typeof processor?.process === 'function')) return;
  throw new TypeError(`${label}: attributesProcessors is not a list of objects with a process method`);
}

function checkNumber(value: number | undefined, what: string, allowed: string): void {
  if (value === undefined || value === Infinity || (Number.isInteger(value) && value >= 1)) return;
  throw new RangeError(`${what} is ${inShort(value)}; allowed is ${allowed}`);
}

function inShort(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map(inShort).join(', ')}]`;
  return JSON.stringify(value) ?? String(value);
}
