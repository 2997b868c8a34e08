/** All faults again and again, for services that record everything thousands of times a second, and what that costs them. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { samplesOf, sumOf } from '../../support/expected-samples.ts';
import { CONSTANT } from '../../support/planned-series.ts';
import { comeOver, faults } from '../faults.ts';
import { SOURCES } from './arrivals.ts';
import { eventually } from './eventually.ts';
import { OF_THE_SETS, valuesBySeries } from './path-series.ts';
import type { ProcessFigures } from './process-figures.ts';
import { SOAK, soaked } from './soak-plan.ts';
import { DELTAS, UnderLoad, type Pace } from './under-load.ts';

const PACE: Pace = { soak: true, scrapeInterval: '200ms', pushMs: 200, deltaPushMs: 1000 };

/** What stores add to the labels of the contract. */
const ADDED = { job: '', instance: '', otel_scope_name: '' };

/** A service, and its figures after each round of faults, when it records nothing and has pushed everything. */
interface SoakedService {
  readonly name: string;
  readonly figures: readonly ProcessFigures[];
  /** How many measurements it has recorded in all. */
  readonly recorded: number;
}

export interface SoakReport {
  readonly seconds: number;
  readonly services: readonly SoakedService[];
}

/** What collections of garbage leave behind, or not. Where every push is kept, two rounds add ten megabytes and more. */
const MOST_GROWTH_BYTES = 3e6;

/** Connections that a program has opened again, and not closed yet. */
const MOST_MORE_DESCRIPTORS = 4;

/** What the last round has more than the first, beyond what the moment explains. */
export function grown({ services }: SoakReport): string[] {
  return services.flatMap(({ name, figures }) => {
    const [first, last] = [figures[0], figures.at(-1)];
    if (first === undefined || last === undefined) return [`${name} has no figures`];
    const bytes = last.heapBytes - first.heapBytes;
    const descriptors = last.descriptors - first.descriptors;
    return [
      ...(bytes > MOST_GROWTH_BYTES ? [`${name} keeps ${bytes} bytes more`] : []),
      ...(descriptors > MOST_MORE_DESCRIPTORS ? [`${name} keeps ${descriptors} descriptors more`] : []),
    ];
  });
}

/**
 * Rejects where any total is wrong in the end, or any series there that was not recorded.
 *
 * @param rounds how many times all faults come at least
 * @param minutes for how long at least
 */
export async function soak(
  { rounds, minutes = 0 }: { rounds: number; minutes?: number },
  onRound: (report: SoakReport) => void = () => {},
): Promise<SoakReport> {
  await using running = new AsyncDisposableStack();
  const underLoad = await UnderLoad.start(running, PACE);
  const begun = performance.now();
  const figures = underLoad.services.map((): ProcessFigures[] => []);
  const report = (): SoakReport => ({
    seconds: (performance.now() - begun) / 1000,
    services: underLoad.services.map(({ name, ticks }, index) => ({
      name,
      figures: figures[index] ?? [],
      recorded: ticks * SOAK.length,
    })),
  });
  for (let round = 0; round < rounds || performance.now() - begun < minutes * 60_000; round += 1) {
    for (const fault of faults) await comeOver(underLoad, fault);
    await underLoad.pause();
    await underLoad.flush();
    const measured = await Promise.all(underLoad.services.map((service) => service.measure()));
    measured.forEach((each, index) => figures[index]?.push(each));
    onRound(report());
    await underLoad.goOn();
  }
  await underLoad.pause();
  await underLoad.flush();
  await allTotalsAreRight(underLoad);
  return report();
}

async function allTotalsAreRight(underLoad: UnderLoad): Promise<void> {
  for (const [way, store] of underLoad.ways.stores) {
    const source = SOURCES[way];
    const { ticks } = underLoad.service(source.service);
    const expected = valuesBySeries(SOAK.flatMap((_, index) => samplesOf(soaked(index, ticks))));
    await eventually(async () => {
      // All that there ever was.
      const found = await store.query(`last_over_time({job="${source.job}",${OF_THE_SETS}}[1d])`);
      const own = found.filter(({ name }) => !name.endsWith('_created'));
      deepStrictEqual(differences(valuesBySeries(own, ADDED), expected), [], way);
    });
  }
  for (const name of Object.keys(DELTAS)) {
    const { ticks } = underLoad.service(name);
    const counted = SOAK.flatMap((series, index) => {
      const { instrument } = series.definition;
      if (instrument !== 'counter' && instrument !== 'histogram') return [];
      const { values } = soaked(index, ticks);
      return [{ ...series, value: instrument === 'histogram' ? values.length : sumOf(values) }];
    });
    await eventually(() => {
      for (const { definition, attributes, value } of counted) {
        const found = underLoad.taken.valueOf([name, definition.name, { ...CONSTANT, ...attributes }]);
        strictEqual(found, value, `${name}, ${definition.name}`);
      }
    });
  }
}

/** The series that are not the same. */
function differences(found: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): string[] {
  const keys = new Set([...found.keys(), ...expected.keys()]);
  const wrong = [...keys].filter((key) => !Object.is(found.get(key), expected.get(key)));
  return wrong.map((key) => `${key}: ${found.get(key)} is not ${expected.get(key)}`);
}
