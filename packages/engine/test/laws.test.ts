import { MeterProvider } from '@flowmeter/engine';
import { AggregationType, InstrumentType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf, type CollectedScope } from './differential/normal-form.ts';
import type { Form, Program, Step } from './differential/program.ts';
import { programs } from './differential/programs.ts';
import { runProgram, type Collection } from './differential/run-program.ts';
import { OBSERVABLE, SYNCHRONOUS, TEMPORALITIES, type Theme } from './differential/vocabulary.ts';
import { fc, holds } from './support/properties.ts';

const synchronous: Theme = {
  types: SYNCHRONOUS,
  mostReaders: 3,
  temporalities: TEMPORALITIES,
  views: true,
  aggregations: true,
  exponential: true,
  callbacksRecord: false,
  values: 'all',
};

for (const form of ['bound', 'positional'] as const) {
  test(`recording in ${form} form comes to what recording by name does`, async () => {
    await holds(programs(synchronous), 400, async (program) => {
      assertSame(await run(inForm(program, form)), await run(inForm(program, 'direct')));
    });
  });

  test(`recording in ${form} form comes to what recording by name does beyond the limit as well`, async () => {
    // A series that is bound has its place, though the values it is given are refused.
    const accepted = programs({ ...synchronous, values: 'above 0' });
    await holds(fc.tuple(accepted, fc.integer({ min: 1, max: 3 })), 400, async ([any, limit]) => {
      const program = limitedTo(any, limit);
      assertSame(await run(inForm(program, form)), await run(inForm(program, 'direct')));
    });
  });
}

test('the order of measurements does not matter to sums and histograms', async () => {
  const types = SYNCHRONOUS.filter((type) => type !== InstrumentType.GAUGE);
  const shuffled = programs({ ...synchronous, types, aggregations: false }).chain((program) => {
    const records = program.steps.filter((step) => step.do === 'record');
    const others = fc.shuffledSubarray(records, { minLength: records.length });
    return fc.tuple(fc.constant(withoutLastValues(program)), fc.constant(records), others);
  });
  await holds(shuffled, 500, async ([program, records, others]) => {
    // Whose description and boundaries count is a matter of who comes first.
    const first = [...program.instruments.keys()].map((instrument): Step => ({ do: 'create', instrument }));
    const last: Step = { do: 'collect by all' };
    const expected = await run({ ...program, steps: [...first, ...records, last] });
    assertSame(await run({ ...program, steps: [...first, ...others, last] }), expected);
  });
});

const withObservables: Theme = { ...synchronous, types: [...SYNCHRONOUS, ...OBSERVABLE], views: false };

for (const [title, limits] of [
  ['changes nothing else', fc.constant(undefined)],
  ['leaves its readers their limits', fc.integer({ min: 1, max: 3 })],
] as const) {
  test(`a view that renames an instrument ${title}`, async () => {
    await holds(fc.tuple(programs(withObservables), limits), 400, async ([any, limit]) => {
      const program = limit === undefined ? any : limitedTo(any, limit);
      const name = program.instruments[0]?.name ?? '';
      const views = [{ instrumentName: name, name: 'renamed' }];
      const expected = (await run(program)).map((collection) => renamed(collection, name));
      assertSame(
        (await run({ ...program, views })).map((collection) => renamed(collection, name)),
        expected,
      );
    });
  });
}

function run(program: Program): Promise<readonly Collection[]> {
  return runProgram(MeterProvider, program);
}

function assertSame(actual: readonly Collection[], expected: readonly Collection[]): void {
  if (textOf(actual) !== textOf(expected)) assert.deepEqual(actual, expected);
}

function inForm(program: Program, form: Form): Program {
  return { ...program, steps: program.steps.map((step) => (step.do === 'record' ? { ...step, form } : step)) };
}

function limitedTo(program: Program, limit: number): Program {
  return {
    ...program,
    readers: program.readers.map((reader) => ({ ...reader, limit })),
    views: program.views.map((view) => ({ ...view, limit })),
  };
}

function withoutLastValues(program: Program): Program {
  const views = program.views.map((view) =>
    view.aggregation?.type === AggregationType.LAST_VALUE
      ? { ...view, aggregation: { type: AggregationType.SUM } as const }
      : view,
  );
  return { ...program, views };
}

/** A collection with another name for an instrument, if it is there, and with the metrics in the order of the new names. */
function renamed(collection: Collection, name: string): Collection {
  const scopes = collection.scopes.map(({ scope, metrics }): CollectedScope => {
    const withName = metrics.map((metric) => (metric.name === name ? { ...metric, name: 'renamed' } : metric));
    return { scope, metrics: withName.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1)) };
  });
  return { ...collection, scopes: scopes.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1)) };
}
