import { deltaforgeSet } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import type { Collected, Series } from './collected-series.ts';

/** A family of DeltaForge as plain numbers, by its label values in the order of its definition: for a histogram count and sum. */
export async function numbersOf({ series }: Collected, name: string): Promise<Readonly<Record<string, unknown>>> {
  return toNumbers(name, await series(name));
}

/** All families of DeltaForge that there are, each as {@link numbersOf} has it. */
export async function allNumbers({ families }: Collected): Promise<Readonly<Record<string, unknown>>> {
  const own = [...(await families())].filter(([, { scope }]) => scope === deltaforgeSet.scope);
  return Object.fromEntries(
    own.map(([name, { series }]) => [name.replace(deltaforgeSet.prefix, ''), toNumbers(name, series)]),
  );
}

function toNumbers(name: string, series: readonly Series[]): Readonly<Record<string, unknown>> {
  const definition = Object.values(deltaforgeSet.definitions).find((each) => each.name === name);
  assert.ok(definition, `${name} is not DeltaForge's`);
  const keys = Object.keys(definition.attributes);
  return Object.fromEntries(
    series.map(({ attributes, value }) => {
      assert.deepEqual(Object.keys(attributes).toSorted(), keys.toSorted(), `the labels of ${name}`);
      const labels = keys.map((key) => String(attributes[key])).join(' ');
      return [labels, typeof value === 'number' ? value : { count: value.count, sum: value.sum }];
    }),
  );
}
