import type { SeriesMetric } from '@flowmeter/engine';
import type { SeriesLabels } from '../labels/series-labels.ts';
import { mergeSeries, type SeriesAt } from '../collection/merged-series.ts';
import type { Naming } from '../names/naming.ts';
import { forEachRow } from './rows.ts';
import type { TimeSlices } from './time-slices.ts';

/** What is written in the place of a row: several series as one, or nothing, since another row stands for it. */
type Replacement = SeriesMetric | 'nothing';

/** The rows of one family that are not written as they are. */
export type Replacements = ReadonlyMap<SeriesMetric, ReadonlyMap<number, Replacement>>;

const NONE: Replacements = new Map();

/** What a family is looked through with. */
export interface DuplicateSearch {
  readonly naming: Naming;
  readonly labelsOf: (metric: SeriesMetric) => SeriesLabels;
  readonly slices: TimeSlices;
  /** Told of histograms that are left out. */
  readonly warn: (message: string) => void;
}

/** Finds series of a family that have come to the same labels: nothing but duplicates makes Prometheus refuse samples. */
export class Duplicates {
  /** By the labels of a family's first metric: the state of all in which there were none. */
  readonly #none = new WeakMap<object, string>();

  async find(metrics: readonly SeriesMetric[], search: DuplicateSearch): Promise<Replacements> {
    const { naming, labelsOf } = search;
    const [first] = metrics;
    if (first === undefined || (metrics.length === 1 && labelsOf(first).isPlainFor(naming))) return NONE;
    const state = [naming.escaping, ...metrics.map((metric) => labelsOf(metric).versionFor(naming))].join();
    if (this.#none.get(labelsOf(first)) === state) return NONE;
    const groups = await groupByLabels(metrics, search);
    if (groups.length === 0) {
      this.#none.set(labelsOf(first), state);
      return NONE;
    }
    return replace(groups, search);
  }
}

type Group = [SeriesAt, ...SeriesAt[]];

/** The series that are not alone with their labels. */
async function groupByLabels(
  metrics: readonly SeriesMetric[],
  { naming, labelsOf, slices }: DuplicateSearch,
): Promise<readonly Group[]> {
  const seen = new Map<string, SeriesAt>();
  const groups = new Map<string, Group>();
  for (const metric of metrics) {
    const ofMetric = labelsOf(metric);
    await forEachRow(metric, slices, (row) => {
      const labels = ofMetric.find(row, metric.generationOf(row), naming);
      if (labels === undefined) return;
      const key = Buffer.from(labels.view.buffer as ArrayBuffer, labels.start, labels.length).toString('latin1');
      const earlier = seen.get(key);
      if (earlier === undefined) seen.set(key, { metric, row });
      else {
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [earlier, { metric, row }]);
        else group.push({ metric, row });
      }
    });
  }
  return [...groups.values()];
}

function replace(groups: readonly Group[], { warn }: DuplicateSearch): Replacements {
  const replacements = new Map<SeriesMetric, Map<number, Replacement>>();
  const set = ({ metric, row }: SeriesAt, replacement: Replacement): void => {
    const ofMetric = replacements.get(metric);
    if (ofMetric === undefined) replacements.set(metric, new Map([[row, replacement]]));
    else ofMetric.set(row, replacement);
  };
  for (const group of groups) {
    const [first, ...others] = group;
    const merged = mergeSeries(group);
    if (merged === undefined) {
      const { name } = first.metric.descriptor;
      warn(
        `${name} has series that differ in nothing that Prometheus can tell, and cannot be added up: the first is exposed`,
      );
    } else {
      set(first, merged);
    }
    for (const other of others) set(other, 'nothing');
  }
  return replacements;
}
