import type { SeriesCollection, SeriesMetric } from '@flowmeter/engine';
import { mergeSeries, type SeriesAt } from '../collection/merged-series.ts';
import { settledMetrics } from '../collection/settled-metrics.ts';
import { targetInfoOf } from '../collection/target-info.ts';
import { LabelStores } from '../labels/label-store.ts';
import type { Rendition } from '../negotiation/rendition.ts';
import { Body } from './body.ts';
import { ChunkPool } from './chunk-pool.ts';
import { Duplicates, type Group } from './duplicates.ts';
import type { ExpositionOptions } from './exposition-options.ts';
import { isAskedFor, targetNameOf, toFamilies } from './families.ts';
import { FamilyLabels } from './family-labels.ts';
import type { Family } from './family.ts';
import { formatOf } from './formats.ts';
import { forEachRow } from './rows.ts';

/**
 * Writes what was collected in the form that is asked for. A body is made in slices of time, between which the application
 * runs; each series is read at one moment, so that its numbers belong together. Bodies are made one after the other, as they share
 * what is remembered of labels.
 */
export class Renderer {
  readonly #options: ExpositionOptions;
  readonly #warn: (message: string) => void;
  readonly #stores = new Map<unknown, LabelStores>();
  readonly #duplicates = new Duplicates();
  readonly #pool = new ChunkPool();

  constructor(options: ExpositionOptions, warn: (message: string) => void) {
    this.#options = options;
    this.#warn = warn;
  }

  /**
   * Not to be called while another body is made.
   *
   * @param names the families that are asked for; all if left out
   */
  async render(
    collection: SeriesCollection,
    rendition: Rendition,
    names: ReadonlySet<string> | undefined,
  ): Promise<readonly Uint8Array[]> {
    const stores = this.#storesFor(collection, rendition);
    const body = new Body({
      collection,
      rendition,
      stores,
      pool: this.#pool,
      options: this.#options,
      warn: this.#warn,
    });
    // What has been collected has had its part of this turn.
    await body.slices.next();
    for (const family of await this.#families(body)) {
      if (names === undefined || isAskedFor(family, names, rendition)) await this.#writeFamily(family, body);
    }
    body.writer.finish();
    return body.output.finish();
  }

  /** Takes a body back that nobody reads any more: its memory is for those to come. */
  recycle(body: readonly Uint8Array[]): void {
    this.#pool.give(body);
  }

  async #families({ collection, rendition, slices }: Body): Promise<readonly Family[]> {
    const { translationStrategy, targetInfo } = this.#options;
    const { resource } = collection;
    const metrics = await settledMetrics(collection.metrics, slices);
    const families = await toFamilies(metrics, translationStrategy, rendition, slices, this.#warn);
    if (!targetInfo || Object.keys(resource.attributes).length === 0) return families;
    const target = {
      ...targetNameOf(translationStrategy, rendition),
      type: 'info',
      help: 'Target metadata',
      metrics: [targetInfoOf(resource)],
      identity: resource,
    } as const;
    return [target, ...families];
  }

  async #writeFamily(family: Family, body: Body): Promise<void> {
    const { naming, slices, writer } = body;
    const { metrics } = family;
    const ofFamily = new FamilyLabels(family, body);
    await ofFamily.prepare();
    const groups = await this.#duplicates.find(metrics, { naming, slices, labelsOf: (metric) => ofFamily.of(metric) });
    const written = new Set<Group>();
    writer.begin(family);
    for (const [position, metric] of metrics.entries()) {
      const ofMetric = ofFamily.of(metric);
      const groupOf = groups[position];
      await forEachRow(metric, slices, (row) => {
        // A series that began while others were written comes with the next body.
        const labels = ofMetric.find(row, metric.generationOf(row), naming);
        if (labels === undefined) return;
        const group = groupOf?.get(row);
        if (group === undefined) return writer.write(metric, row, labels);
        if (written.has(group)) return;
        written.add(group);
        const merged = this.#merge(group, metrics);
        if (merged === undefined) writer.write(metric, row, labels);
        else writer.write(merged, 0, labels);
      });
    }
    writer.end();
  }

  /** Those of a group that are shown now, as one; `undefined` where the first stands for itself. */
  #merge(group: Group, metrics: readonly SeriesMetric[]): SeriesMetric | undefined {
    const series = group.flatMap(({ metric: position, row, generation }): SeriesAt[] => {
      const metric = metrics[position];
      const isShown = metric?.isShown(row) === true && metric.generationOf(row) === generation;
      return isShown ? [{ metric, row }] : [];
    });
    const [first, ...others] = series;
    if (first === undefined || others.length === 0) return undefined;
    const merged = mergeSeries([first, ...others]);
    if (merged === undefined) {
      const { name } = first.metric.descriptor;
      this.#warn(
        `${name} has series that differ in nothing that Prometheus can tell, and cannot be added up: the first is exposed`,
      );
    }
    return merged;
  }

  /**
   * Labels are kept from body to body; but those for people are made anew each time, since nobody asks for them often, and so
   * are those that may hold attributes of the resource which are still to come.
   */
  #storesFor({ resource }: SeriesCollection, { format }: Rendition): LabelStores {
    if (format === 'json' || resource.asyncAttributesPending === true) return new LabelStores();
    const { encodeLabels } = formatOf(format);
    let stores = this.#stores.get(encodeLabels);
    if (stores === undefined) this.#stores.set(encodeLabels, (stores = new LabelStores()));
    return stores;
  }
}
