import { DataPointType, type SeriesMetric } from '@flowmeter/engine';
import type { Label } from '../labels/label.ts';
import type { LabelStore } from '../labels/label-store.ts';
import type { SeriesLabels } from '../labels/series-labels.ts';
import type { Body } from './body.ts';
import { shareClassicBuckets } from './classic-buckets.ts';
import { isClassicLabelName } from './classic-name.ts';
import type { Family } from './family.ts';
import { forEachRow } from './rows.ts';

const NO_LABELS: ReadonlySet<string> = new Set();

/** The labels of a family's series. */
export class FamilyLabels {
  readonly #family: Family;
  readonly #body: Body;
  readonly #reserved: ReadonlySet<string>;
  readonly #store: LabelStore;
  readonly #isByName: boolean;

  constructor(family: Family, body: Body) {
    this.#family = family;
    this.#body = body;
    this.#reserved = family.type === 'histogram' ? body.format.reservedLabels : NO_LABELS;
    // What is a label of the scope in one metric may be one of the attributes in another: then equal labels have to be equal text.
    const namesOf = (metric: SeriesMetric): string => JSON.stringify(this.#fixed(metric).map(([name]) => name));
    this.#isByName = family.metrics.length > 1 && new Set(family.metrics.map(namesOf)).size > 1;
    this.#store = this.#isByName ? body.stores.byName : body.stores.inOrder;
  }

  of(metric: SeriesMetric): SeriesLabels {
    return this.#store.of(metric);
  }

  /** Makes the labels of series that have none yet, and sees what buckets all need. */
  async prepare(): Promise<void> {
    for (const metric of this.#family.metrics) await this.#prepareMetric(metric);
  }

  async #prepareMetric(metric: SeriesMetric): Promise<void> {
    const { naming, format, slices } = this.#body;
    const rules = {
      naming,
      fixed: this.#fixed(metric),
      isFixedPlain: this.#fixed(metric, 'allow-utf-8').every(([name]) => isClassicLabelName(name)),
      reserved: this.#reserved,
      isByName: this.#isByName,
      encode: format.encodeLabels,
    };
    const labels = this.of(metric);
    labels.tidy();
    await forEachRow(metric, slices, (row) => {
      labels.prepare(metric, row, rules);
      if (metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) {
        shareClassicBuckets(metric.pointOf(row), this.#family.identity);
      }
    });
  }

  #fixed(metric: SeriesMetric, escaping = this.#body.naming.escaping): readonly Label[] {
    return this.#family.type === 'info' ? [] : this.#body.fixedLabels(metric, escaping, this.#reserved);
  }
}
