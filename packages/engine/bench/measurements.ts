/** What is recorded: made beforehand, varied, and exact, so that the sums at the end can be compared with `===`. */
import type { Attributes } from '@opentelemetry/api';
import type { Kind } from './contenders/contender.ts';

/** One round through the values: a power of two, so that the index is a mask. */
export const ROUND = 1024;

/** Distinct attribute sets that a run goes through in turn. */
export const SETS = 64;

/** Whole numbers for counters; quarters from 0.25 to 10 000, as many small as large, for what is measured. */
export function valuesFor(kind: Kind): readonly number[] {
  const random = pseudoRandom();
  if (kind === 'counter') return Array.from({ length: ROUND }, () => 1 + Math.floor(random() * 1000));
  return fractions(() => Math.ceil(4 * 10 ** (4 * random())) / 4);
}

/**
 * Fractions that are heap objects already, as V8 has them in arguments and properties. From an array of nothing but
 * numbers it takes them bare, and makes an object of each for whatever function it does not inline: bytes that are the
 * caller's, not the call's.
 */
function fractions(next: () => number): readonly number[] {
  const mixed: (number | undefined)[] = Array.from({ length: ROUND }, () => undefined);
  for (let at = 0; at < ROUND; at += 1) mixed[at] = next();
  return mixed as number[];
}

const KEYS = ['pipeline_id', 'stage_id', 'sink_type', 'outcome'];

export function keysFor(count: number): readonly string[] {
  return KEYS.slice(0, count);
}

/** How many values each key takes: their product is the number of sets. */
const DOMAINS: Readonly<Record<number, readonly number[]>> = { 0: [], 1: [64], 2: [8, 8], 4: [4, 4, 2, 2] };

/** The values of each of the sets, in the order of the keys: 64 different lists, or as many empty ones. */
export function labelsFor(keys: readonly string[]): readonly (readonly string[])[] {
  const domains = DOMAINS[keys.length] ?? [];
  const values = domains.map((size, at) => Array.from({ length: size }, (_, index) => `${keys[at]}-${index}`));
  return Array.from({ length: SETS }, (_, set) => {
    let rest = set;
    return values.map((domain) => {
      const value = domain[rest % domain.length] ?? '';
      rest = Math.floor(rest / domain.length);
      return value;
    });
  });
}

export function attributesOf(keys: readonly string[], labels: readonly string[]): Attributes {
  return Object.fromEntries(keys.map((key, at) => [key, labels[at] ?? '']));
}

/** Park and Miller's generator, so that every process has the same values. */
function pseudoRandom(): () => number {
  let state = 20_261_121;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
