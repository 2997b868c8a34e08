import type { SeriesCollection, SeriesMetric } from '@flowmeter/engine';
import { targetInfoOf } from '../collection/target-info.ts';
import type { Label } from '../labels/label.ts';
import { LabelStore } from '../labels/label-store.ts';
import { scopeLabels } from '../labels/scope-labels.ts';
import type { LabelRules } from '../labels/series-labels.ts';
import { toLabels } from '../labels/to-labels.ts';
import type { Naming } from '../names/naming.ts';
import type { Escaping, Rendition } from '../negotiation/rendition.ts';
import { isClassicLabelName } from './classic-name.ts';
import { ChunkPool } from './chunk-pool.ts';
import { Duplicates } from './duplicates.ts';
import type { ExpositionOptions } from './exposition-options.ts';
import { isAskedFor, targetNameOf, toFamilies } from './families.ts';
import type { Family } from './family.ts';
import { formatOf } from './formats.ts';
import { Output } from './output.ts';
import { forEachRow, settleEachRow } from './rows.ts';
import type { ExpositionFormat, SeriesWriter } from './series-writer.ts';
import { TimeSlices } from './time-slices.ts';

const NO_LABELS: ReadonlySet<string> = new Set();

/**
 * Writes what was collected in the form that is asked for. A body is made in slices of time, between which the application
 * runs; each series is read at one moment, so that its numbers belong together.
 */
export class Renderer {
  readonly #options: ExpositionOptions;
  readonly #warn: (message: string) => void;
  readonly #stores = new Map<unknown, LabelStore>();
  readonly #duplicates = new Duplicates();
  readonly #pool = new ChunkPool();

  constructor(options: ExpositionOptions, warn: (message: string) => void) {
    this.#options = options;
    this.#warn = warn;
  }

  /** @param names the families that are asked for; all if left out */
  async render(
    collection: SeriesCollection,
    rendition: Rendition,
    names: ReadonlySet<string> | undefined,
  ): Promise<readonly Uint8Array[]> {
    const body = new Body(collection, rendition, this.#options.translationStrategy, this.#warn, this.#pool);
    const families = this.#families(body).filter((family) => names === undefined || isAskedFor(family, names));
    for (const family of families) await this.#writeFamily(family, body);
    body.writer.finish();
    return body.output.finish();
  }

  /** Takes a body back that nobody reads any more: its memory is for those to come. */
  recycle(body: readonly Uint8Array[]): void {
    this.#pool.give(body);
  }

  #families({ collection, rendition }: Body): readonly Family[] {
    const { translationStrategy, targetInfo } = this.#options;
    const families = toFamilies(collection.metrics, translationStrategy, rendition, this.#warn);
    const { resource } = collection;
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
    const { naming, slices, writer } = body;
    const store = this.#storeFor(body);
    const metrics: SeriesMetric[] = [];
    for (const metric of family.metrics) if (await this.#prepare(metric, family, store, body)) metrics.push(metric);
    if (metrics.length === 0) return;
    const labelsOf = (metric: SeriesMetric): ReturnType<LabelStore['of']> => store.of(metric);
    const search = { naming, slices, labelsOf, warn: this.#warn };
    const replacements = await this.#duplicates.find(metrics, search);
    writer.begin(family);
    for (const metric of metrics) {
      const ofMetric = store.of(metric);
      const replaced = replacements.get(metric);
      await forEachRow(metric, slices, (row) => {
        // A series that began while others were written comes with the next body.
        const labels = ofMetric.find(row, metric.generationOf(row), naming);
        if (labels === undefined) return;
        const replacement = replaced?.get(row);
        if (replacement === undefined) writer.write(metric, row, labels);
        else if (replacement !== 'nothing') writer.write(replacement, 0, labels);
      });
    }
    writer.end();
  }

  /** Settles the series of a metric and makes their labels. `false` if there are none. */
  async #prepare(metric: SeriesMetric, family: Family, store: LabelStore, body: Body): Promise<boolean> {
    const { naming, format, slices } = body;
    const reserved = family.type === 'histogram' ? format.reservedLabels : NO_LABELS;
    const fixed = (escaping: Escaping): readonly Label[] =>
      family.type === 'info' ? [] : this.#fixedLabels(metric, body, { ...naming, escaping }, reserved);
    const rules: LabelRules = {
      naming,
      fixed: fixed(naming.escaping),
      isFixedPlain: fixed('allow-utf-8').every(([name]) => isClassicLabelName(name)),
      reserved,
      encode: format.encodeLabels,
    };
    const labels = store.of(metric);
    labels.tidy();
    let isEmpty = true;
    await settleEachRow(metric, slices, (row) => {
      isEmpty = false;
      labels.prepare(metric, row, rules);
    });
    return !isEmpty;
  }

  #fixedLabels(
    { scope }: SeriesMetric,
    { collection }: Body,
    naming: Naming,
    reserved: ReadonlySet<string>,
  ): readonly Label[] {
    const { resourceConstantLabels, scopeInfo } = this.#options;
    const constant = Object.entries(collection.resource.attributes).filter(([key]) => resourceConstantLabels(key));
    const labels = constant.length === 0 ? [] : toLabels(Object.fromEntries(constant), naming, [], NO_LABELS);
    return toLabels({}, naming, scopeInfo ? [...labels, ...scopeLabels(scope, naming)] : labels, reserved);
  }

  /** Labels for people are made anew each time: nobody asks for them often. */
  #storeFor({ format, rendition }: Body): LabelStore {
    if (rendition.format === 'json') return new LabelStore();
    let store = this.#stores.get(format.encodeLabels);
    if (store === undefined) this.#stores.set(format.encodeLabels, (store = new LabelStore()));
    return store;
  }
}

/** A body that is being made. */
class Body {
  readonly collection: SeriesCollection;
  readonly rendition: Rendition;
  readonly naming: Naming;
  readonly format: ExpositionFormat;
  readonly output: Output;
  readonly writer: SeriesWriter;
  readonly slices = new TimeSlices();

  constructor(
    collection: SeriesCollection,
    rendition: Rendition,
    strategy: Naming['strategy'],
    warn: (message: string) => void,
    pool: ChunkPool,
  ) {
    this.output = new Output(pool);
    this.collection = collection;
    this.rendition = rendition;
    this.naming = { strategy, escaping: rendition.escaping };
    this.format = formatOf(rendition.format);
    this.writer = this.format.createWriter(this.output, this.naming, warn);
  }
}
