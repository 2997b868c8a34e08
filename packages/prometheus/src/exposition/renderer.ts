import type { SeriesCollection, SeriesMetric } from '@flowmeter/engine';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { mergeSeries, type SeriesAt } from '../collection/merged-series.ts';
import { settledMetrics } from '../collection/settled-metrics.ts';
import { targetInfoOf } from '../collection/target-info.ts';
import type { Label } from '../labels/label.ts';
import { LabelStore } from '../labels/label-store.ts';
import type { LabelRules } from '../labels/series-labels.ts';
import type { Escaping, Rendition } from '../negotiation/rendition.ts';
import { Body } from './body.ts';
import { ChunkPool } from './chunk-pool.ts';
import { shareClassicBuckets } from './classic-buckets.ts';
import { isClassicLabelName } from './classic-name.ts';
import { Duplicates, type Group } from './duplicates.ts';
import type { ExpositionOptions } from './exposition-options.ts';
import { isAskedFor, targetNameOf, toFamilies } from './families.ts';
import type { Family } from './family.ts';
import { formatOf } from './formats.ts';
import { forEachRow } from './rows.ts';

const NO_LABELS: ReadonlySet<string> = new Set();

/**
 * Writes what was collected in the form that is asked for. A body is made in slices of time, between which the application
 * runs; each series is read at one moment, so that its numbers belong together. Bodies are made one after the other, since
 * several at a time would take the application's turns together, and share what is remembered of labels.
 */
export class Renderer {
  readonly #options: ExpositionOptions;
  readonly #warn: (message: string) => void;
  readonly #stores = new Map<unknown, LabelStore>();
  readonly #duplicates = new Duplicates();
  readonly #pool = new ChunkPool();
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(options: ExpositionOptions, warn: (message: string) => void) {
    this.#options = options;
    this.#warn = warn;
  }

  /** @param names the families that are asked for; all if left out */
  render(
    collection: SeriesCollection,
    rendition: Rendition,
    names: ReadonlySet<string> | undefined,
  ): Promise<readonly Uint8Array[]> {
    const body = this.#underWay.then(() => this.#makeBody(collection, rendition, names));
    // Without the body, which others hold for as long as they need it.
    this.#underWay = body.then(
      () => {},
      () => {},
    );
    return body;
  }

  /** Takes a body back that nobody reads any more: its memory is for those to come. */
  recycle(body: readonly Uint8Array[]): void {
    this.#pool.give(body);
  }

  async #makeBody(
    collection: SeriesCollection,
    rendition: Rendition,
    names: ReadonlySet<string> | undefined,
  ): Promise<readonly Uint8Array[]> {
    const store = this.#storeFor(collection, rendition);
    const body = new Body({ collection, rendition, store, pool: this.#pool, options: this.#options, warn: this.#warn });
    // What has been collected has had its part of this turn.
    await body.slices.next();
    for (const family of await this.#families(body)) {
      if (names === undefined || isAskedFor(family, names, rendition)) await this.#writeFamily(family, body);
    }
    body.writer.finish();
    return body.output.finish();
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
    } as const;
    return [target, ...families];
  }

  async #writeFamily(family: Family, body: Body): Promise<void> {
    const { naming, slices, writer, store } = body;
    const { metrics } = family;
    for (const metric of metrics) await prepare(metric, family, body);
    const groups = await this.#duplicates.find(metrics, { naming, slices, labelsOf: (metric) => store.of(metric) });
    const written = new Set<Group>();
    writer.begin(family);
    for (const [position, metric] of metrics.entries()) {
      const ofMetric = store.of(metric);
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
  #storeFor({ resource }: SeriesCollection, { format }: Rendition): LabelStore {
    if (format === 'json' || resource.asyncAttributesPending === true) return new LabelStore();
    const { encodeLabels } = formatOf(format);
    let store = this.#stores.get(encodeLabels);
    if (store === undefined) this.#stores.set(encodeLabels, (store = new LabelStore()));
    return store;
  }
}

/** Makes the labels of the series of a metric that have none yet, and sees what buckets they need. */
async function prepare(metric: SeriesMetric, family: Family, body: Body): Promise<void> {
  const { naming, format, slices, store } = body;
  const reserved = family.type === 'histogram' ? format.reservedLabels : NO_LABELS;
  const fixed = (escaping: Escaping): readonly Label[] =>
    family.type === 'info' ? [] : body.fixedLabels(metric, escaping, reserved);
  const rules: LabelRules = {
    naming,
    fixed: fixed(naming.escaping),
    isFixedPlain: fixed('allow-utf-8').every(([name]) => isClassicLabelName(name)),
    reserved,
    encode: format.encodeLabels,
  };
  const labels = store.of(metric);
  labels.tidy();
  await forEachRow(metric, slices, (row) => {
    labels.prepare(metric, row, rules);
    if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
      shareClassicBuckets(metric.pointOf(row), metric.descriptor);
    }
  });
}
