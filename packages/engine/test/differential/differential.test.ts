import { MeterProvider } from '@flowmeter/engine';
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holds } from '../support/properties.ts';
import { textOf } from './normal-form.ts';
import { programs } from './programs.ts';
import { runProgram } from './run-program.ts';
import { runOnStock } from './stock.ts';
import { OBSERVABLE, SYNCHRONOUS, TEMPORALITIES, type Theme } from './vocabulary.ts';

const plain: Theme = {
  types: SYNCHRONOUS,
  mostReaders: 1,
  temporalities: TEMPORALITIES,
  views: false,
  aggregations: false,
  exponential: false,
  callbacksRecord: false,
  values: 'all',
};
const several: Theme = { ...plain, mostReaders: 3 };
/** With values on one side of zero: see `zerosThatCoarsen`. */
const oneSided: Theme = { ...several, exponential: true, values: 'above 0' };
const observable: Theme = { ...several, types: OBSERVABLE };

/** What the programs are about, and how many there are: 4,000 in all. */
const themes: readonly (readonly [title: string, programs: number, theme: Theme])[] = [
  ['synchronous instruments and one reader', 300, plain],
  ['several readers of mixed temporality', 300, several],
  ['readers with aggregations of their own', 400, { ...oneSided, aggregations: true }],
  ['views', 500, { ...several, views: true }],
  ['exponential histograms of values above 0', 300, { ...oneSided, views: true }],
  [
    'exponential histograms of all values, which nothing merges',
    200,
    { ...plain, temporalities: ['delta'], aggregations: true, views: true, exponential: true },
  ],
  ['observable instruments', 600, observable],
  ['observable instruments and views', 600, { ...observable, views: true }],
  [
    'callbacks that record',
    300,
    {
      ...plain,
      types: [...SYNCHRONOUS.filter((type) => type !== InstrumentType.GAUGE), ...OBSERVABLE],
      callbacksRecord: true,
    },
  ],
  ['everything at once', 500, { ...oneSided, types: [...SYNCHRONOUS, ...OBSERVABLE], views: true, aggregations: true }],
];

for (const [title, runs, theme] of themes) {
  test(`programs collect what they do with stock: ${title}`, async () => {
    await holds(programs(theme), runs, async (program) => {
      const [expected, actual] = await Promise.all([runOnStock(program), runProgram(MeterProvider, program)]);
      if (textOf(actual) !== textOf(expected))
        assert.deepEqual(JSON.parse(textOf(actual)), JSON.parse(textOf(expected)));
    });
  });
}
