import type { Attributes } from '@opentelemetry/api';
import type { InstrumentDefinition, InstrumentSet } from './definition.ts';
import { constantKeysOf } from './process-state.ts';

/** `AggregationType.EXPLICIT_BUCKET_HISTOGRAM` of sdk-metrics, by its value: this package does not depend on an SDK. */
const EXPLICIT_BUCKET_HISTOGRAM = 4;

/** The attribute sets kept apart for one instrument by default (specification, SDK, "Cardinality limits"). */
const DEFAULT_CARDINALITY_LIMIT = 2000;

/** An attributes processor that keeps some keys. An engine that knows `keeps` need not run it with each measurement. */
interface AllowList {
  process(incoming: Attributes): Attributes;
  keeps(key: string): boolean;
}

/** A view of one instrument, as sdk-metrics' `ViewOptions` has it. */
export interface InstrumentView {
  meterName: string;
  instrumentName: string;
  attributesProcessors: AllowList[];
  aggregationCardinalityLimit: number;
  aggregation?: {
    type: typeof EXPLICIT_BUCKET_HISTOGRAM;
    options: { boundaries: number[] };
  };
}

/**
 * The views of a set, for the `views` option of a `MeterProvider`: each instrument's boundaries, its declared
 * attributes and the set's constant ones as the only ones let through, and its cardinality limit.
 */
export function views(set: InstrumentSet): InstrumentView[] {
  return Object.values(set.definitions).map((definition) => viewOf(set.scope, definition));
}

function viewOf(scope: string, definition: InstrumentDefinition): InstrumentView {
  const { name, boundaries, cardinalityLimit = DEFAULT_CARDINALITY_LIMIT } = definition;
  const view: InstrumentView = {
    meterName: scope,
    instrumentName: name,
    attributesProcessors: [allowDeclared(scope, definition)],
    aggregationCardinalityLimit: cardinalityLimit,
  };
  if (boundaries === undefined) return view;
  return {
    ...view,
    aggregation: { type: EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [...boundaries] } },
  };
}

/**
 * Views are made when the process starts and sets afterwards, so the constant keys are looked up with each
 * measurement, not copied.
 */
function allowDeclared(scope: string, definition: InstrumentDefinition): AllowList {
  const declared = new Set(Object.keys({ ...definition.attributes, ...definition.optionalAttributes }));
  const constant = constantKeysOf(scope);
  const keeps = (key: string): boolean => declared.has(key) || constant.has(key);
  return {
    keeps,
    process(incoming) {
      const allowed: Attributes = {};
      for (const key in incoming) if (keeps(key)) allowed[key] = incoming[key];
      return allowed;
    },
  };
}
