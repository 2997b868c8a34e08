import type { SeriesCollection, SeriesMetric } from '@flowmeter/engine';
import type { Label } from '../labels/label.ts';
import type { LabelStores } from '../labels/label-store.ts';
import { scopeLabels } from '../labels/scope-labels.ts';
import { toLabels } from '../labels/to-labels.ts';
import type { Naming } from '../names/naming.ts';
import type { Escaping, Rendition } from '../negotiation/rendition.ts';
import type { ChunkPool } from './chunk-pool.ts';
import type { ExpositionOptions } from './exposition-options.ts';
import { formatOf } from './formats.ts';
import { Output } from './output.ts';
import type { ExpositionFormat, SeriesWriter } from './series-writer.ts';
import { TimeSlices } from './time-slices.ts';

/** What a body is made of and with. */
export interface BodyParts {
  readonly collection: SeriesCollection;
  readonly rendition: Rendition;
  readonly options: ExpositionOptions;
  readonly stores: LabelStores;
  readonly pool: ChunkPool;
  readonly warn: (message: string) => void;
}

/** A body that is being made. */
export class Body {
  readonly collection: SeriesCollection;
  readonly rendition: Rendition;
  readonly naming: Naming;
  readonly format: ExpositionFormat;
  readonly stores: LabelStores;
  readonly output: Output;
  readonly writer: SeriesWriter;
  readonly slices = new TimeSlices();
  readonly #options: ExpositionOptions;
  readonly #constantLabels = new Map<Escaping, readonly Label[]>();

  constructor({ collection, rendition, options, stores, pool, warn }: BodyParts) {
    this.#options = options;
    this.collection = collection;
    this.rendition = rendition;
    this.naming = { strategy: options.translationStrategy, escaping: rendition.escaping };
    this.format = formatOf(rendition.format);
    this.stores = stores;
    this.output = new Output(pool);
    this.writer = this.format.createWriter(this.output, this.naming, warn, options);
  }

  /** The labels that all series of a metric have: of the resource, and of the scope. */
  fixedLabels({ scope }: SeriesMetric, escaping: Escaping, reserved: ReadonlySet<string>): readonly Label[] {
    const naming = { ...this.naming, escaping };
    const constant = this.#constantLabelsFor(naming);
    return toLabels(
      {},
      naming,
      this.#options.scopeInfo ? [...constant, ...scopeLabels(scope, naming)] : constant,
      reserved,
    );
  }

  #constantLabelsFor(naming: Naming): readonly Label[] {
    let labels = this.#constantLabels.get(naming.escaping);
    if (labels === undefined) {
      const { attributes } = this.collection.resource;
      const selected = Object.entries(attributes).filter(([key]) => this.#options.resourceConstantLabels(key));
      labels = toLabels(Object.fromEntries(selected), naming, [], NONE);
      this.#constantLabels.set(naming.escaping, labels);
    }
    return labels;
  }
}

const NONE: ReadonlySet<string> = new Set();
