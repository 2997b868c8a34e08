import { context as contextApi, type Attributes, type Context } from '@opentelemetry/api';
import type { IAttributesProcessor } from '@opentelemetry/sdk-metrics';
import type { KeyFilter } from './series-index.ts';

/**
 * What a view does to attributes. Processors may do anything, so in general they have to run with each measurement and
 * make new attributes. Those that only keep some keys, as nearly all do, become a question that the walk
 * through the index asks of each key, and nothing is made.
 */
export interface AttributeProcessing {
  /** Which keys are kept, where that is all there is to it. */
  readonly filter: KeyFilter | undefined;
  /** The attributes of the series, where keys alone do not tell. */
  readonly process: ((attributes: Attributes, context: Context | undefined) => Attributes) | undefined;
}

/** Makes the processing of a view's processors. */
export function createProcessing(processors: readonly IAttributesProcessor[] | undefined): AttributeProcessing {
  if (processors === undefined || processors.length === 0) return { filter: undefined, process: undefined };
  const filters = processors.map(toFilter);
  if (filters.every((filter) => filter !== undefined)) {
    const [only, ...others] = filters;
    const filter = others.length === 0 ? only : { keeps: (key: string) => filters.every((each) => each.keeps(key)) };
    return { filter, process: undefined };
  }
  return {
    filter: undefined,
    process(attributes, given) {
      const context = given ?? contextApi.active();
      let processed = attributes;
      for (const processor of processors) processed = processor.process(processed, context);
      return processed;
    },
  };
}

/** A processor that says itself which keys it keeps, and does nothing else. */
type FilteringProcessor = IAttributesProcessor & Partial<KeyFilter>;

/** What sdk-metrics' own filters consist of. By that those of any copy of it are known, and none has to be loaded. */
const STOCK_FIELDS: readonly (string | undefined)[] = ['_allowedAttributeNames', '_deniedAttributeNames'];

/** The keys whose answer is remembered. Keys come from source code; should they come from data, the others are asked anew. */
const MOST_KEYS = 1000;

function toFilter(processor: FilteringProcessor): KeyFilter | undefined {
  if (typeof processor.keeps === 'function') return processor as KeyFilter;
  if (!isStockFilter(processor)) return undefined;
  const answers = new Map<string, boolean>();
  return {
    keeps(key) {
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = Object.hasOwn(processor.process({ [key]: '' }), key);
      if (answers.size < MOST_KEYS) answers.set(key, answer);
      return answer;
    },
  };
}

function isStockFilter(processor: IAttributesProcessor): boolean {
  const [field, ...more] = Object.keys(processor);
  return more.length === 0 && STOCK_FIELDS.includes(field);
}
