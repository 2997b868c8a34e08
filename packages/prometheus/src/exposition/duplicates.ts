import type { SeriesMetric } from '@flowmeter/engine';
import type { SeriesLabels } from '../labels/series-labels.ts';
import type { Naming } from '../names/naming.ts';
import { LabelIndex } from './label-index.ts';
import { forEachRange } from './rows.ts';
import type { TimeSlices } from './time-slices.ts';

/** A series of a family, whatever becomes of it. */
interface Member {
  /** Which of the family's metrics. */
  readonly metric: number;
  readonly row: number;
  readonly generation: number;
}

/** Series that have come to the same labels, in the order of their rows. */
export type Group = readonly Member[];

/** The groups of a family, by metric and row. Not all members need to be there any more, or to be shown. */
export type Groups = readonly (ReadonlyMap<number, Group> | undefined)[];

/** What a family is looked through with. */
export interface DuplicateSearch {
  readonly naming: Naming;
  readonly labelsOf: (metric: SeriesMetric) => SeriesLabels;
  readonly slices: TimeSlices;
}

interface Found {
  /** What the labels came from: the metrics, and how much had been added to the labels of each. */
  readonly identities: readonly object[];
  readonly versions: readonly number[];
  readonly groups: Groups;
}

const NONE: Groups = [];

/**
 * Finds series of a family that have come to the same labels: nothing but duplicates makes Prometheus refuse samples.
 *
 * All labels that there are take part, those of series that are not shown this time as well. So what was found holds until
 * labels are added, whichever of the series come and go.
 */
export class Duplicates {
  /** By the labels of a family's first metric, and escaping. */
  readonly #found = new WeakMap<object, Map<string, Found>>();

  async find(metrics: readonly SeriesMetric[], search: DuplicateSearch): Promise<Groups> {
    const { naming, labelsOf } = search;
    const [first] = metrics;
    if (first === undefined) return NONE;
    if (metrics.length === 1 && first.areDistinct && labelsOf(first).isPlainFor(naming)) return NONE;
    const identities = metrics.map(({ identity }) => identity);
    const versions = metrics.map((metric) => labelsOf(metric).versionFor(naming));
    const ofFirst = this.#found.get(labelsOf(first)) ?? new Map<string, Found>();
    const before = ofFirst.get(naming.escaping);
    if (before !== undefined && areSame(before.identities, identities) && areSame(before.versions, versions)) {
      return before.groups;
    }
    const groups = await groupByLabels(metrics, search);
    this.#found.set(labelsOf(first), ofFirst.set(naming.escaping, { identities, versions, groups }));
    return groups;
  }
}

function areSame<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, position) => item === other[position]);
}

async function groupByLabels(metrics: readonly SeriesMetric[], search: DuplicateSearch): Promise<Groups> {
  const { naming, labelsOf, slices } = search;
  const firstEntries: number[] = [];
  let entries = 0;
  for (const { rowCount } of metrics) {
    firstEntries.push(entries);
    entries += rowCount;
  }
  const metricOfEntry = new Uint32Array(entries);
  const memberOf = (entry: number): Member => {
    const metric = metricOfEntry[entry] as number;
    const row = entry - (firstEntries[metric] as number);
    return { metric, row, generation: metrics[metric]?.generationOf(row) ?? NaN };
  };
  const index = new LabelIndex(entries, (entry) => {
    const { metric, row, generation } = memberOf(entry);
    const of = metrics[metric];
    return of === undefined ? undefined : labelsOf(of).find(row, generation, naming);
  });
  const groups: Map<number, Member[]>[] = [];
  for (const [position, metric] of metrics.entries()) {
    const ofMetric = labelsOf(metric);
    const firstEntry = firstEntries[position] as number;
    await forEachRange(metric, slices, (from, to) => {
      for (let row = from; row < to; row += 1) {
        const labels = ofMetric.find(row, metric.generationOf(row), naming);
        if (labels === undefined) continue;
        const entry = firstEntry + row;
        metricOfEntry[entry] = position;
        const same = index.add(entry, labels);
        if (same !== undefined) addToGroup(groups, memberOf(same), memberOf(entry));
      }
    });
  }
  return groups;
}

function addToGroup(groups: Map<number, Member[]>[], first: Member, other: Member): void {
  const ofFirst = (groups[first.metric] ??= new Map());
  const group = ofFirst.get(first.row) ?? [first];
  group.push(other);
  ofFirst.set(first.row, group);
  (groups[other.metric] ??= new Map()).set(other.row, group);
}
