import type { Attributes, Context } from '@opentelemetry/api';
import { sampledSpan, type ExemplarFilter } from './exemplar-filter.ts';
import type { Stream } from './stream.ts';

/** Decides for each measurement that may have a span whether it becomes an exemplar. */
export class ExemplarSampler {
  /** Whether measurements become exemplars without a span as well, so that none may go past {@link offer}. */
  readonly takesAll: boolean;
  readonly #takesNone: boolean;

  constructor(filter: ExemplarFilter) {
    this.takesAll = filter === 'always_on';
    this.#takesNone = filter === 'always_off';
  }

  /**
   * Keeps a measurement that was recorded in a row if the filter wants it. The measurement counts either way: what is
   * passed as a context may be anything, and a span that cannot be asked makes no exemplar.
   *
   * @param attributes all of the measurement's, those that a view leaves out included
   */
  offer(
    stream: Stream,
    row: number,
    value: number,
    attributes: Attributes | undefined,
    context: Context | undefined,
  ): void {
    if (this.#takesNone) return;
    try {
      const span = sampledSpan(context, this.takesAll);
      if (span !== undefined || this.takesAll) stream.takeExemplar(row, value, span, attributes);
    } catch {
      // Not a context, or a span of someone's that throws.
    }
  }
}
