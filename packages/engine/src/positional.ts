import type { Attributes } from '@opentelemetry/api';
import { isUsual, type Acceptance } from './acceptance.ts';
import { NO_ROW, rowAt, step } from './attribute-node.ts';
import { hasContextManager } from './exemplar-filter.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import type { Stream } from './stream.ts';

/** Attribute values in the order of the keys, then the value to record. */
export type PositionalCall = (...measurement: unknown[]) => void;

/** Records a measurement that may be unusual in any way. */
type Measure = (value: unknown, attributes: Attributes) => void;

/** Adds a value to the series at the end of a walk; false if that is not all there is to do. */
type Add = (at: ReturnType<typeof step>, value: unknown) => boolean;

/**
 * Makes a positional function. The keys are known, so the values walk straight through the index of the stream:
 * a look-up each, and no object. One to four keys, which is what instruments have, are written out, since a list
 * of arguments would be an object again.
 *
 * @param measure where a walk does not lead to the series, or the value is not a usual one
 */
export function createPositional(
  keys: readonly string[],
  stream: Stream,
  acceptance: Acceptance,
  sampler: ExemplarSampler,
  measure: Measure,
): PositionalCall {
  const { filter, process } = stream.processing;
  const isWhole = filter === undefined || keys.every((key) => filter.keeps(key));
  if (process !== undefined || !isWhole || keys.length > 4) return byName(keys, measure);
  const [key = '', key2 = '', key3 = '', key4 = ''] = keys;
  const { root } = stream.index;
  const add = adderOf(stream, acceptance, sampler);
  switch (keys.length) {
    case 0:
      return (value) => {
        if (!add(root, value)) measure(value, {});
      };
    case 1:
      return (a, value) => {
        if (!add(step(root, key, a), value)) measure(value, toAttributes(keys, [a]));
      };
    case 2:
      return (a, b, value) => {
        if (!add(step(step(root, key, a), key2, b), value)) measure(value, toAttributes(keys, [a, b]));
      };
    case 3:
      return (a, b, c, value) => {
        const at = step(step(step(root, key, a), key2, b), key3, c);
        if (!add(at, value)) measure(value, toAttributes(keys, [a, b, c]));
      };
    default:
      return (a, b, c, d, value) => {
        const at = step(step(step(step(root, key, a), key2, b), key3, c), key4, d);
        if (!add(at, value)) measure(value, toAttributes(keys, [a, b, c, d]));
      };
  }
}

function adderOf(stream: Stream, { takesNegative, truncates }: Acceptance, sampler: ExemplarSampler): Add {
  const { aggregation } = stream;
  const { takesAll } = sampler;
  return (at, value) => {
    if (at === undefined || !isUsual(value, takesNegative, truncates)) return false;
    const row = rowAt(at);
    if (row === NO_ROW) return false;
    aggregation.record(row, value);
    // The series has all of the attributes.
    if (takesAll || hasContextManager()) sampler.offer(stream, row, value, undefined, undefined);
    return true;
  };
}

function byName(keys: readonly string[], measure: Measure): PositionalCall {
  return (...measurement) => measure(measurement[keys.length], toAttributes(keys, measurement));
}

function toAttributes(keys: readonly string[], values: readonly unknown[]): Attributes {
  // Whatever a caller passes: attribute sets are checked when they come to a series.
  return Object.fromEntries(keys.map((key, index) => [key, values[index]]));
}
