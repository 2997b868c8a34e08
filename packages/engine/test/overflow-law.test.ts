import { MeterProvider } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import { InstrumentType, type Histogram } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from './differential/normal-form.ts';
import type { Program, Step } from './differential/program.ts';
import { runProgram, type Collection } from './differential/run-program.ts';
import { all, eighths } from './differential/vocabulary.ts';
import { pointsOf } from './support/collected.ts';
import { fc, holds } from './support/properties.ts';

const OVERFLOW = { 'otel.metric.overflow': true };

/** Nobody is kept from recording with the attributes of the overflow point, which then is where it goes. */
const SETS: readonly Attributes[] = [{}, OVERFLOW, ...Array.from({ length: 8 }, (_, key) => ({ key, other: 'x' }))];

const [CUMULATIVE, DELTA] = [0, 1];

for (const [title, type] of [
  ['a counter', InstrumentType.COUNTER],
  ['an up-down counter', InstrumentType.UP_DOWN_COUNTER],
  ['a histogram', InstrumentType.HISTOGRAM],
] as const) {
  test(`the first sets of ${title} have series of their own for good, and the overflow point has the rest exactly`, async () => {
    await holds(programOf(type), 400, async (program) => {
      const collections = await runProgram(MeterProvider, program);
      const expected = expectedSums(program);
      const cumulative = collections.filter(({ by }) => by === CUMULATIVE).at(-1);
      assert.deepEqual(cumulative === undefined ? new Map() : sumsOf([cumulative]), expected);
      assert.deepEqual(sumsOf(collections.filter(({ by }) => by === DELTA)), expected);
    });
  });
}

function programOf(type: InstrumentType): fc.Arbitrary<Program> {
  const values = type === InstrumentType.UP_DOWN_COUNTER ? eighths(-100, 100) : eighths(0, 100);
  const recording = all({
    do: fc.constant('record' as const),
    on: fc.constant(0),
    value: values,
    attributes: fc.constantFrom(...SETS),
    form: fc.constantFrom('direct', 'bound', 'positional'),
  });
  const collecting: fc.Arbitrary<Step> = fc.nat(1).map((by) => ({ do: 'collect', by }));
  const steps = fc.array(fc.oneof<fc.Arbitrary<Step>[]>(recording, recording, recording, collecting), {
    minLength: 1,
    maxLength: 40,
  });
  return fc.tuple(fc.integer({ min: 1, max: SETS.length }), fc.boolean(), steps).map(([limit, hasView, chosen]) => ({
    // The view's limit, where there is one, is the one that counts.
    readers: [
      { temporality: 'cumulative', limit: hasView ? limit + 1 : limit },
      { temporality: 'delta', limit: hasView ? 1 : limit },
    ],
    views: hasView ? [{ instrumentName: '*', limit }] : [],
    instruments: [{ meter: { name: 'm' }, type, name: 'i' }],
    callbacks: [],
    steps: [...chosen, { do: 'collect by all' }],
  }));
}

/** The sums by attribute set, as the rule has them. */
function expectedSums({ readers, views, steps }: Program): ReadonlyMap<string, number> {
  const limit = views[0]?.limit ?? readers[0]?.limit ?? 0;
  const sums = new Map<string, number>();
  const [overflow, owners] = [textOf(OVERFLOW), new Set<string>()];
  for (const step of steps) {
    if (step.do !== 'record') continue;
    const key = textOf(step.attributes ?? {});
    if (owners.size < limit && key !== overflow) owners.add(key);
    const series = owners.has(key) ? key : overflow;
    sums.set(series, (sums.get(series) ?? 0) + step.value);
  }
  return sums;
}

/** The sums by attribute set of collections added up, none of which may have a set twice. */
function sumsOf(collections: readonly Collection[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const collection of collections) {
    const points = pointsOf(collection).map(([, attributes, value]) => [textOf(attributes), sumOf(value)] as const);
    assert.equal(new Set(points.map(([key]) => key)).size, points.length);
    for (const [key, sum] of points) sums.set(key, (sums.get(key) ?? 0) + sum);
  }
  return sums;
}

function sumOf(value: unknown): number {
  return typeof value === 'number' ? value : ((value as Histogram).sum ?? NaN);
}
