import type { OtlpProtocol } from '../configuration/otlp-configuration.ts';
import { warnThroughDiag } from '../messages.ts';
import { fromJson, fromProtobuf } from '../otlp/partial-success.ts';
import { reasonOf } from '../reason-of.ts';

/** As much as is shown of what a collector says. */
const SHOWN_LENGTH = 500;

/** Reads what the collector says of a request that it has taken. */
export class AnswerReader {
  readonly #read: typeof fromProtobuf;
  /** What it has complained of last. */
  #complaint: string | undefined;

  constructor(protocol: OtlpProtocol) {
    this.#read = protocol === 'http/json' ? fromJson : fromProtobuf;
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
      const { rejectedDataPoints, errorMessage } = this.#read(answer);
      const rejected = Math.min(Math.max(0, rejectedDataPoints), points);
      if (rejected > 0) this.#complain(`the collector has rejected ${rejected} of ${points} data points`, errorMessage);
      else if (errorMessage !== '') this.#complain('the collector has taken a push with a warning', errorMessage);
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
