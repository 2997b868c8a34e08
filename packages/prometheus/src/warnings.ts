import { oneLine } from './one-line.ts';
import { warn } from './told-to-the-log.ts';

/** Different warnings that are remembered. */
const MOST_REMEMBERED = 1000;

/** Characters by which a warning is known again: what varies in a message stands behind the name that it is about. */
const KEY_CHARACTERS = 200;

/** Warnings that a scrape gives when no more can be remembered: what comes again must not fill the log. */
const MOST_BEYOND = 10;

/**
 * Warns once of each cause, in one line. When there are more causes than are remembered, the oldest are forgotten, and a scrape
 * warns of a few only. Never throws.
 */
export class Warnings {
  readonly #told = new Set<string>();
  #leftBeyond = MOST_BEYOND;

  /** With each scrape. */
  begin(): void {
    this.#leftBeyond = MOST_BEYOND;
  }

  warn(message: string): void {
    const line = oneLine(message);
    const key = line.slice(0, KEY_CHARACTERS);
    if (this.#told.has(key) || !this.#makeRoom()) return;
    this.#told.add(key);
    warn(line);
  }

  #makeRoom(): boolean {
    if (this.#told.size < MOST_REMEMBERED) return true;
    if (this.#leftBeyond === 0) return false;
    this.#leftBeyond -= 1;
    const [oldest = ''] = this.#told;
    return this.#told.delete(oldest);
  }
}
