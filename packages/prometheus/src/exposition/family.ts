import type { SeriesMetric } from '@flowmeter/engine';

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'info';

/** What a metric is called, in the format that is asked for, with all escaping done. */
export interface FamilyName {
  /** As in `# HELP` and `# TYPE`. A counter's ends in `_total` in text and protobuf where its samples do, and never in OpenMetrics. */
  readonly family: string;
  /** The name of a counter's or a gauge's samples; a histogram's are this with `_bucket`, `_sum` and `_count`. */
  readonly sample: string;
  /** In words; only where the family's name ends with it (OpenMetrics 1.0, "Unit"), otherwise `undefined`. */
  readonly unit: string | undefined;
}

/** Metrics under one name, from one meter or from several. */
export interface Family extends FamilyName {
  readonly type: FamilyType;
  readonly help: string;
  readonly metrics: readonly SeriesMetric[];
  /** The same object in all bodies: what is remembered of the family can hang on it. */
  readonly identity: object;
}
