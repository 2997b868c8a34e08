import type {
  AggregationOption,
  IAttributesProcessor,
  ViewOptions as StockViewOptions,
} from '@opentelemetry/sdk-metrics';
import { AggregationType, InstrumentType } from './sdk-enumerations.ts';
import type { InstrumentationScope } from '@opentelemetry/core';
import { describeSetting } from './described.ts';
import { isValidName, NAME_IN_WORDS, type InstrumentDescriptor } from './instrument-descriptor.ts';

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
export function createView(given: ViewOptions, position: number): View {
  const place = `views[${position}]`;
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${place} is ${describeSetting(given)}; allowed is an object`);
  }
  const label = isText(given.instrumentName)
    ? `${place} (instrumentName ${describeSetting(given.instrumentName)})`
    : place;
  checkKeys(given, label);
  // What is null is left out, as sdk-metrics has it.
  const options: ViewOptions = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  check(options, label);
  const { instrumentName } = options;
  const isName = toNameTest(instrumentName);
  return {
    ...options,
    matches: (instrument, scope) =>
      isName(instrument.name) &&
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
function toNameTest(wildcards: string | undefined): (name: string) => boolean {
  if (wildcards === undefined) return () => true;
  if (!/[*?]/.test(wildcards)) return (name) => name === wildcards;
  const escaped = wildcards.replaceAll(/[\^$\\.+()[\]{}|]/g, String.raw`\$&`);
  const pattern = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
  return (name) => pattern.test(name);
}

const SELECTORS = [
  'instrumentName',
  'instrumentType',
  'instrumentUnit',
  'meterName',
  'meterVersion',
  'meterSchemaUrl',
] as const;

/** All that a view may say beside. A record, so that an option that sdk-metrics comes to know is missed here. */
const CHANGES: Readonly<Record<Exclude<keyof ViewOptions, (typeof SELECTORS)[number]>, true>> = {
  name: true,
  description: true,
  attributesProcessors: true,
  aggregation: true,
  aggregationCardinalityLimit: true,
  timeToLiveMs: true,
};

const ALLOWED: readonly string[] = [...SELECTORS, ...Object.keys(CHANGES)];

function checkKeys(view: object, label: string): void {
  for (const key of Object.keys(view)) {
    if (ALLOWED.includes(key)) continue;
    throw new TypeError(`${label}: ${describeSetting(key)} is no option of views; allowed are ${ALLOWED.join(', ')}`);
  }
}

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
  if (name !== undefined && !isValidName(name)) {
    throw new RangeError(`${label}: name is ${describeSetting(name)}; allowed are ${NAME_IN_WORDS}`);
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
      const options = optionsOf(aggregation, label);
      const boundaries: unknown = options?.['boundaries'];
      if (options !== undefined && !areBoundaries(boundaries)) {
        throw new RangeError(
          `${label}: boundaries are ${describeSetting(boundaries)}; allowed are numbers that increase`,
        );
      }
      return;
    }
    case AggregationType.EXPONENTIAL_HISTOGRAM: {
      const maxSize: unknown = optionsOf(aggregation, label)?.['maxSize'];
      if (maxSize === undefined || (typeof maxSize === 'number' && Number.isInteger(maxSize) && maxSize >= 2)) return;
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

/** What an aggregation is asked to be like; without options, and with null as sdk-metrics has it, nothing. */
function optionsOf(aggregation: object, label: string): Readonly<Record<string, unknown>> | undefined {
  const { options } = aggregation as { readonly options?: unknown };
  if (options === undefined || options === null) return undefined;
  if (typeof options === 'object') return options as Readonly<Record<string, unknown>>;
  throw new TypeError(`${label}: aggregation.options is ${describeSetting(options)}; allowed is an object`);
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
  // A copy, since a hole is skipped by `every`, and in a copy is undefined.
  if (Array.isArray(processors) && [...processors].every((each) => typeof each?.process === 'function')) return;
  throw new TypeError(`${label}: attributesProcessors is not a list of objects with a process method`);
}

function checkNumber(value: number | undefined, what: string): void {
  if (value === undefined || value === Infinity || (Number.isInteger(value) && value >= 1)) return;
  throw new RangeError(`${what} is ${describeSetting(value)}; allowed is an integer of 1 or more`);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
