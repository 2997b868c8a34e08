import { inWords } from '../in-words.ts';
import { tell } from '../told-to-the-log.ts';

/** Different failures after which no more are logged: messages that hold a number or a time could go on for ever. */
const MOST_LOGGED = 100;

/** What fails while requests are answered: logged as an error, once per cause. */
export class Failures {
  readonly #logged = new Set<string>();

  /** @returns the line, as it is told the client */
  report(what: string, error: unknown): string {
    const line = `${what}: ${inWords(error)}`;
    if (this.#logged.has(line) || this.#logged.size === MOST_LOGGED) return line;
    this.#logged.add(line);
    tell('error', line);
    return line;
  }
}
