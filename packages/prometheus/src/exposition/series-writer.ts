import type { SeriesMetric } from '@flowmeter/engine';
import type { EncodedLabels } from '../labels/encoded-labels.ts';
import type { Label } from '../labels/label.ts';
import type { Naming } from '../names/naming.ts';
import type { ExpositionOptions } from './exposition-options.ts';
import type { Family } from './family.ts';
import type { Output } from './output.ts';

/** Writes one body: families one after the other, and the series of each. */
export interface SeriesWriter {
  begin(family: Family): void;
  /** The series in a row of one of the family's metrics, whole: the hot side. It has been settled. */
  write(metric: SeriesMetric, row: number, labels: EncodedLabels): void;
  /** The family is complete. */
  end(): void;
  /** The body is complete: what comes at its end. */
  finish(): void;
}

/** One format. */
export interface ExpositionFormat {
  /** The labels as the writer's `write` is given them: made once, when a series is seen first. */
  encodeLabels(labels: readonly Label[]): Uint8Array;
  /** Names of labels that this format has a meaning of its own for in a histogram, such as `le`. */
  readonly reservedLabels: ReadonlySet<string>;
  /** @param warn is told what cannot be written; the caller says each only once */
  createWriter(
    output: Output,
    naming: Naming,
    warn: (message: string) => void,
    options: ExpositionOptions,
  ): SeriesWriter;
}
