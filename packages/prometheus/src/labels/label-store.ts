import type { SeriesMetric } from '@flowmeter/engine';
import { SeriesLabels } from './series-labels.ts';

/** The labels that one way of encoding has made, of each metric for as long as there is the metric. */
export class LabelStore {
  readonly #byMetric = new WeakMap<object, SeriesLabels>();

  of({ identity }: SeriesMetric): SeriesLabels {
    let labels = this.#byMetric.get(identity);
    if (labels === undefined) this.#byMetric.set(identity, (labels = new SeriesLabels()));
    return labels;
  }
}
