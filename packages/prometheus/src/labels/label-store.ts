import type { SeriesMetric } from '@flowmeter/engine';
import { SeriesLabels } from './series-labels.ts';

/** The labels of metrics, of each for as long as there is the metric. */
export class LabelStore {
  readonly #byMetric = new WeakMap<object, SeriesLabels>();

  of({ identity }: SeriesMetric): SeriesLabels {
    let labels = this.#byMetric.get(identity);
    if (labels === undefined) this.#byMetric.set(identity, (labels = new SeriesLabels()));
    return labels;
  }
}

/** What one way of encoding has made. */
export class LabelStores {
  /** Labels in the order in which they come. */
  readonly inOrder = new LabelStore();
  /** Labels in the order of their names. */
  readonly byName = new LabelStore();
}
