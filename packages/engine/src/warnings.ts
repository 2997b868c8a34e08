import { diag } from '@opentelemetry/api';

/** Warns, whatever the application's logger does. */
export function warn(message: string): void {
  try {
    diag.warn(`flowmeter: ${message}`);
  } catch {
    // The application's logger has failed; recording must not.
  }
}

/** Different warnings after which there are no more: names that are made from data could go on for ever. */
const MOST_WARNINGS = 1000;

/** Warns once of each cause. */
export class Warnings {
  readonly #said = new Set<string>();

  warn(message: string): void {
    if (this.#said.has(message) || this.#said.size === MOST_WARNINGS) return;
    this.#said.add(message);
    warn(message);
  }
}
