import { instrumentSets, meterUnit, views, type InstrumentDefinition } from '@flowmeter/instruments';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectSeries, type Family, type SeriesValue } from './support/collected-series.ts';
import { attributesFor, createUntyped, measure } from './support/untyped-instruments.ts';

/** What is recorded through the three forms: the instrument itself, bound, and positional. */
const DIRECT = 2;
const BOUND = 3;
const POSITIONAL = 4;

for (const set of instrumentSets) {
  for (const withViews of [false, true]) {
    test(`${set.prefix}* records in all three forms, ${withViews ? 'through' : 'without'} its views`, async () => {
      const { meterProvider, families } = collectSeries(withViews ? views(set) : []);
      for (const { definition, instrument } of createUntyped(set, { meterProvider })) {
        const attributes = attributesFor(definition);
        measure(instrument, DIRECT, attributes);
        measure(instrument.bind(attributes), BOUND);
        instrument.positional(...Object.keys(attributes))(...Object.values(attributes), POSITIONAL);
      }
      assert.deepEqual(
        new Map([...(await families())].toSorted(byName)),
        new Map(Object.values(set.definitions).map(familyOf(set.scope)).toSorted(byName)),
      );
    });
  }
}

function familyOf(scope: string): (definition: InstrumentDefinition) => [string, Family] {
  return (definition) => {
    const { name, instrument, unit, description } = definition;
    const type = instrument === 'upDownCounter' ? 'gauge' : instrument;
    const series = [{ attributes: attributesFor(definition), value: valueOf(definition) }];
    return [name, { scope, type, unit: meterUnit(name, unit), description, series }];
  };
}

function valueOf({ instrument, boundaries = [] }: InstrumentDefinition): SeriesValue {
  if (instrument === 'gauge') return POSITIONAL;
  const recorded = [DIRECT, BOUND, POSITIONAL];
  const sum = recorded.reduce((total, value) => total + value);
  if (instrument !== 'histogram') return sum;
  const counts = [...boundaries, Infinity].map((upper, index) => {
    const lower = boundaries[index - 1] ?? -Infinity;
    return recorded.filter((value) => lower < value && value <= upper).length;
  });
  return { count: recorded.length, sum, min: DIRECT, max: POSITIONAL, boundaries, counts };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
