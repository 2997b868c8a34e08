import type { Attributes } from '@opentelemetry/api';

const KEYS = ['pipeline_id', 'stage_id'] as const;
export const TWO_KEYS: readonly string[] = KEYS;

/** So many pairs of label values, in strings that all series share, and whoever is measured with them. */
export class ManySeries {
  readonly size: number;
  readonly #pipelines: readonly string[];
  readonly #stages: readonly string[];

  constructor(size: number) {
    this.size = size;
    const stages = Math.ceil(Math.sqrt(size));
    this.#stages = Array.from({ length: stages }, (_, index) => `stage-${index}`);
    this.#pipelines = Array.from({ length: Math.ceil(size / stages) }, (_, index) => `pipeline-${index}`);
  }

  /** The attributes of a series, in an object of their own, as they come from a call. */
  attributes(series: number): Attributes {
    const stage = series % this.#stages.length;
    return {
      pipeline_id: this.#pipelines[(series - stage) / this.#stages.length] ?? '',
      stage_id: this.#stages[stage] ?? '',
    };
  }
}
