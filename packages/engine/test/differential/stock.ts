import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { CollectedMetric, CollectedScope } from './normal-form.ts';
import { textOf } from './normal-form.ts';
import type { Program } from './program.ts';
import { runProgram, type Collection } from './run-program.ts';
import { OBSERVABLE } from './vocabulary.ts';

/**
 * What the program's collections come to with stock's `MeterProvider`, as far as the exceptions let it say so.
 *
 * Where there are observable instruments, each reader has a provider of its own, in which all else happens as well:
 * see `observationsOfOneReader`. And what a collection repeats of earlier observations is left out: see `staleObservations`.
 */
export async function runOnStock(program: Program): Promise<readonly Collection[]> {
  if (!program.instruments.some(({ type }) => OBSERVABLE.includes(type))) return runProgram(MeterProvider, program);
  const byReader = await Promise.all(program.readers.map((_reader, index) => runFor(program, index)));
  // In the order of the steps: a reader's collections come in their order.
  return program.steps.flatMap((step) => {
    if (step.do === 'collect') return byReader[step.by]?.shift() ?? [];
    return step.do === 'collect by all' ? byReader.flatMap((own) => own.shift() ?? []) : [];
  });
}

/** The collections of one reader, as if it were alone. */
async function runFor(program: Program, index: number): Promise<Collection[]> {
  const readers = program.readers.slice(index, index + 1);
  const steps = program.steps.flatMap((step): Program['steps'] => {
    if (step.do === 'collect') return step.by === index ? [{ do: 'collect', by: 0 }] : [];
    return [step];
  });
  const alone: Program = { ...program, readers, steps };
  const collections = await runProgram(MeterProvider, alone);
  // A delta reader is given exactly the sets that were observed since its last collection.
  const news = await runProgram(MeterProvider, {
    ...alone,
    readers: readers.map((reader) => ({ ...reader, temporality: 'delta' })),
  });
  return collections.map((collection, turn) => ({
    ...collection,
    by: index,
    scopes: withoutStale(collection.scopes, news[turn]?.scopes ?? []),
  }));
}

const observable = new Set<string>(OBSERVABLE);

function withoutStale(scopes: readonly CollectedScope[], news: readonly CollectedScope[]): readonly CollectedScope[] {
  const observed = new Set(
    news.flatMap(({ scope, metrics }) =>
      metrics.flatMap((metric) => metric.points.map(({ attributes }) => keyOf(scope, metric, attributes))),
    ),
  );
  return scopes.flatMap(({ scope, metrics }) => {
    const kept = metrics.flatMap((metric) => {
      if (!observable.has(metric.type)) return [metric];
      const points = metric.points.filter(({ attributes }) => observed.has(keyOf(scope, metric, attributes)));
      return points.length === 0 ? [] : [{ ...metric, points }];
    });
    return kept.length === 0 ? [] : [{ scope, metrics: kept }];
  });
}

function keyOf(scope: CollectedScope['scope'], metric: CollectedMetric, attributes: unknown): string {
  return textOf([scope, { ...metric, temporality: 0, points: [] }, attributes]);
}
