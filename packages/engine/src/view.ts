import {
  AggregationType,
  InstrumentType,
  type AggregationOption,
  type IAttributesProcessor,
  type ViewOptions as StockViewOptions,
} from '@opentelemetry/sdk-metrics';
import type { InstrumentationScope } from '@opentelemetry/core';
import { describeSetting } from './described.ts';
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
  matches(instrument: InstrumentDescriptor, scope: InstrumentationScope): boolean;
}

/**
 * Checks a view.
 *
 * @throws TypeError or RangeError that names the view, where it can select nothing for certain or make no stream
 */
export function createView(options: ViewOptions, position: number): View {
  const label = `views[${position}]`;
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${label} is ${describeSetting(options)}; allowed is an object`);
  }
  const { instrumentName } = options;
  check(options, isText(instrumentName) ? `${label} (instrumentName ${describeSetting(instrumentName)})` : label);
  const name = instrumentName === undefined ? undefined : toPattern(instrumentName);
  return {
    ...options,
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

function check(view: ViewOptions, label: string): void {
  checkSelectors(view, label);
  checkAggregation(view.aggregation, label);
  checkProcessors(view.attributesProcessors, label);
  checkNumber(view.aggregationCardinalityLimit, `${label}: aggregationCardinalityLimit`);
  checkNumber(view.timeToLiveMs, `${label}: timeToLiveMs`);
}

function isOrAny<Value>(wanted: Value | undefined, value: Value): boolean {
  return wanted === undefined || wanted === value;
}

/** `*` stands for any number of characters, `?` for one (specification, SDK, "Instrument selection criteria"). */
function toPattern(wildcards: string): RegExp {
  const escaped = wildcards.replaceAll(/[\^$\\.+()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

const SELECTORS = [
  'instrumentName',
  'instrumentType',
  'instrumentUnit',
  'meterName',
  'meterVersion',
  'meterSchemaUrl',
] as const;

function checkSelectors(view: ViewOptions, label: string): void {
  if (SELECTORS.every((selector) => view[selector] === undefined)) {
    throw new TypeError(`${label} selects nothing; allowed is at least one of ${SELECTORS.join(', ')}`);
  }
  for (const text of [...SELECTORS, 'name', 'description'] as const) {
    const value: unknown = view[text];
    if (value !== undefined && typeof value !== 'string') {
      throw new TypeError(`${label}: ${text} is ${describeSetting(value)}; allowed is a string`);
    }
  }
  const { instrumentName, instrumentType, name } = view;
  for (const [option, value] of Object.entries({ instrumentName, name })) {
    if (value === '') throw new RangeError(`${label}: ${option} is empty; allowed is a name`);
  }
  if (instrumentType !== undefined && !Object.values(InstrumentType).includes(instrumentType)) {
    throw new RangeError(
      `${label}: instrumentType is ${describeSetting(instrumentType)}; allowed is ${Object.values(InstrumentType).join(', ')}`,
    );
  }
  if (name !== undefined && (instrumentName === undefined || /[*?]/.test(instrumentName))) {
    throw new TypeError(
      `${label} renames to ${describeSetting(name)} what may be several instruments; allowed is an instrumentName without wildcards`,
    );
  }
}

function checkAggregation(aggregation: AggregationOption | undefined, label: string): void {
  if (aggregation === undefined) return;
  if (typeof aggregation !== 'object' || aggregation === null) {
    throw new TypeError(`${label}: aggregation is ${describeSetting(aggregation)}; allowed is an object with a type`);
  }
  switch (aggregation.type) {
    case AggregationType.EXPLICIT_BUCKET_HISTOGRAM: {
      const boundaries: unknown = aggregation.options?.boundaries;
      if (aggregation.options !== undefined && !areBoundaries(boundaries)) {
        throw new RangeError(
          `${label}: boundaries are ${describeSetting(boundaries)}; allowed are numbers that increase`,
        );
      }
      return;
    }
    case AggregationType.EXPONENTIAL_HISTOGRAM: {
      const maxSize = aggregation.options?.maxSize;
      if (maxSize === undefined || (Number.isInteger(maxSize) && maxSize >= 2)) return;
      throw new RangeError(`${label}: maxSize is ${describeSetting(maxSize)}; allowed is an integer of 2 or more`);
    }
    case AggregationType.DEFAULT:
    case AggregationType.DROP:
    case AggregationType.SUM:
    case AggregationType.LAST_VALUE:
      return;
    default:
      throw new TypeError(
        `${label}: aggregation is ${describeSetting(aggregation)}; allowed is one of AggregationType`,
      );
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

function checkNumber(value: number | undefined, what: string): void {
  if (value === undefined || value === Infinity || (Number.isInteger(value) && value >= 1)) return;
  throw new RangeError(`${what} is ${describeSetting(value)}; allowed is an integer of 1 or more`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
