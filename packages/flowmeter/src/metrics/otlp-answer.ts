import type { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { warnThroughDiag } from '../messages.ts';
import { reasonOf } from '../reason-of.ts';

/** As much as is shown of what a collector says. */
const SHOWN_LENGTH = 500;

/** What is looked for in an answer. In JSON there may be anything. */
interface Answer {
  readonly partialSuccess?: { readonly rejectedDataPoints?: unknown; readonly errorMessage?: unknown } | null;
}

/** Reads what the collector says of a request that it has taken. */
export class AnswerReader {
  readonly #serializer: Pick<typeof ProtobufMetricsSerializer, 'deserializeResponse'>;
  /** What it has complained of last. */
  #complaint: string | undefined;

  constructor(serializer: Pick<typeof ProtobufMetricsSerializer, 'deserializeResponse'>) {
    this.#serializer = serializer;
  }

  /**
   * How many of the data points that were taken the collector has thrown away; they are not to be sent again (specification, OTLP,
   * "Partial Success"). Says so, and what else it complains of.
   *
   * @param points how many were sent
   */
  rejectedIn(answer: Uint8Array | undefined, points: number): number {
    if (answer === undefined || answer.length === 0) return 0;
    try {
      const { partialSuccess } = (this.#serializer.deserializeResponse(answer) ?? {}) as Answer;
      const told = Math.trunc(Number(partialSuccess?.rejectedDataPoints ?? 0)) || 0;
      const rejected = Math.min(Math.max(0, told), points);
      const words = typeof partialSuccess?.errorMessage === 'string' ? partialSuccess.errorMessage : '';
      if (rejected > 0) this.#complain(`the collector has rejected ${rejected} of ${points} data points`, words);
      else if (words !== '') this.#complain('the collector has taken a push with a warning', words);
      return rejected;
    } catch (error) {
      this.#complain('the collector has taken a push, but its answer is not OTLP', reasonOf(error));
      return 0;
    }
  }

  /** Not with each request: the numbers may be others, the reason is the same. */
  #complain(what: string, why: string): void {
    if (why === this.#complaint) return;
    this.#complaint = why;
    warnThroughDiag(why === '' ? what : `${what}: ${why.slice(0, SHOWN_LENGTH)}`);
  }
}
