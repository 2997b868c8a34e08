import type { Messages } from '../messages.ts';
import { reasonOf } from '../reason-of.ts';

/** Says when pushes begin to fail and when they work again, a line each. */
export class OutageLines {
  readonly #target: string;
  readonly #messages: Messages;
  #failures = 0;

  constructor(target: string, messages: Messages) {
    this.#target = target;
    this.#messages = messages;
  }

  /** Takes notice of how a push has ended: `undefined` is well. */
  tell(failure: unknown): void {
    if (failure === undefined) {
      if (this.#failures > 0) {
        this.#messages.warn(`OTLP push to ${this.#target} works again, after ${times(this.#failures)}`);
      } else {
        this.#messages.debug(`OTLP push to ${this.#target} was taken`);
      }
      this.#failures = 0;
      return;
    }
    this.#failures += 1;
    if (this.#failures > 1) {
      this.#messages.debug(`OTLP push to ${this.#target} fails still (${reasonOf(failure)})`);
      return;
    }
    this.#messages.warn(
      `OTLP push to ${this.#target} fails (${reasonOf(failure)}); recording goes on, and the next line about it comes when it works again`,
    );
  }
}

function times(failures: number): string {
  return failures === 1 ? '1 failed push' : `${failures} failed pushes`;
}
