import { keyOfLabels, type ParsedFamily, type ParsedSample } from './parsed-family.ts';

/** The samples of one histogram, in their order. */
export interface HistogramSamples {
  readonly labels: ReadonlyMap<string, string>;
  readonly buckets: readonly ParsedSample[];
  readonly sum: number | undefined;
  readonly count: number | undefined;
}

/** The histograms of a family by their labels; each has its samples together. */
export function histogramsIn({ name, samples }: ParsedFamily): readonly HistogramSamples[] {
  const groups = new Map<string, ParsedSample[]>();
  let before: string | undefined;
  for (const sample of samples) {
    const labels = new Map(sample.labels);
    if (sample.name === `${name}_bucket` && !labels.delete('le'))
      throw new SyntaxError(`${name} has a bucket without le`);
    const key = keyOfLabels(labels);
    const group = groups.get(key);
    if (group !== undefined && key !== before) throw new SyntaxError(`the samples of ${name}${key} are not together`);
    if (group === undefined) groups.set(key, [sample]);
    else group.push(sample);
    before = key;
  }
  return [...groups.values()].map((group) => toHistogram(name, group));
}

/**
 * Checks what both formats ask of a histogram: buckets in ascending order that count what is in those before, `+Inf` at the end,
 * and a count that is the same.
 */
export function checkHistogram(name: string, { buckets, count }: HistogramSamples): void {
  let [bound, total] = [-Infinity, 0];
  for (const [position, { labels, value }] of buckets.entries()) {
    const next = toBound(labels.get('le') ?? '');
    if (Number.isNaN(next) || (position > 0 && next <= bound))
      throw new SyntaxError(`${name}: le=${next} after ${bound}`);
    if (!(value >= total))
      throw new SyntaxError(`${name}: ${value} values up to ${next} after ${total} up to ${bound}`);
    [bound, total] = [next, value];
  }
  if (bound !== Infinity) throw new SyntaxError(`${name} has no bucket +Inf`);
  if (count !== undefined && count !== total)
    throw new SyntaxError(`${name}: the count ${count} is not that of +Inf, ${total}`);
}

export function toBound(text: string): number {
  return Number(text === '+Inf' ? Infinity : text);
}

function toHistogram(name: string, group: readonly ParsedSample[]): HistogramSamples {
  const valueOf = (suffix: string): number | undefined => group.find((each) => each.name === name + suffix)?.value;
  const labels = new Map(group[0]?.labels);
  labels.delete('le');
  const buckets = group.filter((each) => each.name === `${name}_bucket`);
  return { labels, buckets, sum: valueOf('_sum'), count: valueOf('_count') };
}
