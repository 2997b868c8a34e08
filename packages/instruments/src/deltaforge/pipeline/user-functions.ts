import { describeError, describeValue } from '../../described.ts';
import { warn } from '../../warn.ts';

/** Calls functions of the application that say something of a value. One that throws says nothing, and is told of once. */
export class UserFunctions {
  readonly #owner: string;
  readonly #reported = new Set<string>();

  /** @param owner whose they are, in the words of a report */
  constructor(owner: string) {
    this.#owner = owner;
  }

  /** What it returns, `undefined` if it throws. */
  call<Value, Result>(name: string, look: (value: Value) => Result, value: Value): Result | undefined {
    if (typeof look !== 'function') {
      this.report(name, `${name} is ${describeValue(look)}, not a function, and is left out`);
      return undefined;
    }
    try {
      return look(value);
    } catch (error) {
      this.report(name, `${name} has thrown, and is left out: ${describeError(error)}`);
      return undefined;
    }
  }

  /** Reports once for each cause. */
  report(cause: string, message: string): void {
    if (this.#reported.has(cause)) return;
    this.#reported.add(cause);
    warn(`${this.#owner}: ${message} (reported once)`);
  }
}
