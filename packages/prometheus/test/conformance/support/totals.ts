import type { Recording, Stream } from './any-recording.ts';
import { keyOfLabels, type ParsedFamily } from './parsed-family.ts';

/** All that was recorded, by kind. */
export interface Totals {
  readonly counters: number;
  readonly updowns: number;
  /** Whether there are gauges: of those that come to the same labels one stands. */
  readonly hasGauges: boolean;
  readonly histograms: { readonly count: number; readonly sum: number };
  readonly exponentials: { readonly count: number; readonly sum: number };
}

export function totalsRecorded({ streams }: Recording): Totals {
  const valuesOf = (kind: Stream['kind']): number[] =>
    streams
      .filter((stream) => stream.kind === kind)
      .flatMap(({ measurements }) => measurements.map(({ value }) => value));
  const summary = (kind: Stream['kind']): { count: number; sum: number } => ({
    count: valuesOf(kind).length,
    sum: sumOf(valuesOf(kind)),
  });
  return {
    counters: sumOf(valuesOf('counter')),
    updowns: sumOf(valuesOf('updown')),
    hasGauges: valuesOf('gauge').length > 0,
    histograms: summary('histogram'),
    exponentials: summary('exponential'),
  };
}

/** What a body says, whose families are known by the first letters of their names. */
export function totalsOf(families: readonly ParsedFamily[]): Totals {
  const samplesOf = (letter: string): ParsedFamily['samples'] =>
    families.filter(({ name }) => name.replace(/^U__/, '').startsWith(letter)).flatMap(({ samples }) => samples);
  const sum = (letter: string, suffix: RegExp): number =>
    sumOf(
      samplesOf(letter)
        .filter(({ name }) => suffix.test(name))
        .map(({ value }) => value),
    );
  const summary = (letter: string): { count: number; sum: number } => {
    const infinite = samplesOf(letter).filter(({ labels }) => labels.get('le') === '+Inf');
    const series = new Set(infinite.map(({ labels, name }) => name + keyOfLabels(labels)));
    if (series.size !== infinite.length) throw new Error('the same series twice');
    return { count: sum(letter, /_count$/), sum: sum(letter, /_sum$/) };
  };
  return {
    counters: sum('c', /^(?!.*_created$)/s),
    updowns: sum('u', /^/),
    hasGauges: samplesOf('g').length > 0,
    histograms: summary('h'),
    exponentials: summary('e'),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
