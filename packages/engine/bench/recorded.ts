/**
 * Proof that what was measured happened: what the same calls would leave in the simplest of stores, compared with what
 * the library has collected. A call that the compiler has thrown away, or a reader that reads nothing, ends the bench.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Attributes } from '@opentelemetry/api';
import { type Call, type Kind, OVERFLOW, type Point, type Setting } from './contenders/contender.ts';
import { ROUND, SETS } from './measurements.ts';
import type { Inputs } from './runs.ts';

interface Expected {
  value: number;
  count: number | undefined;
}

export class Recorded {
  readonly #kind: Kind;
  readonly #call: Call;
  readonly #setting: Setting;
  readonly #inputs: Inputs;
  readonly #runs = new Map<number, number>();

  constructor(kind: Kind, call: Call, setting: Setting, inputs: Inputs) {
    this.#kind = kind;
    this.#call = call;
    this.#setting = setting;
    this.#inputs = inputs;
  }

  /** Takes note of runs of so many calls each. Those noted last are those that ran last: a gauge holds their values. */
  note(calls: number, times: number): void {
    const before = this.#runs.get(calls) ?? 0;
    this.#runs.delete(calls);
    this.#runs.set(calls, before + times);
  }

  /** @throws if the points are not what has been recorded; other points may be there that hold nothing but zeros */
  check(points: readonly Point[]): void {
    const expected = this.#expected();
    const found = new Map(
      points.filter(({ value }) => value !== 0).map((point) => [this.#keyOf(point.attributes), this.#pick(point)]),
    );
    if (isDeepStrictEqual(found, expected)) return;
    throw new Error(`Recorded ${describe(expected)}, but collected ${describe(found)}`);
  }

  #expected(): Map<string, Expected> {
    const expected = new Map<string, Expected>();
    for (const [calls, times] of this.#runs) {
      for (let i = 0; i < calls; i += 1) {
        const key = this.#seriesOf(i);
        const value = this.#inputs.values[i % ROUND] ?? Number.NaN;
        const before = expected.get(key) ?? { value: 0, count: this.#hasCounts ? 0 : undefined };
        if (this.#kind === 'gauge') before.value = value;
        else before.value += value * times;
        if (before.count !== undefined) before.count += times;
        expected.set(key, before);
      }
    }
    return expected;
  }

  /** At overflow there are more, from what has taken the places below the limit. */
  get #hasCounts(): boolean {
    return this.#kind === 'histogram' && this.#setting !== 'overflow';
  }

  #pick({ value, count }: Point): Expected {
    return { value, count: this.#hasCounts ? count : undefined };
  }

  #seriesOf(call: number): string {
    const set = this.#inputs.sets[this.#call === 'bound' ? 0 : call % SETS] ?? {};
    if (this.#setting === 'overflow') return this.#keyOf({ [OVERFLOW]: true });
    return this.#keyOf(this.#setting === 'view' ? Object.fromEntries(Object.entries(set).slice(0, -1)) : set);
  }

  #keyOf(attributes: Attributes | Point['attributes']): string {
    return JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function describe(points: Map<string, Expected>): string {
  const some = [...points].slice(0, 3).map(([key, { value, count }]) => `${key} = ${value} (${count ?? '-'})`);
  return `${points.size} series: ${some.join(', ')}${points.size > 3 ? ', …' : ''}`;
}
