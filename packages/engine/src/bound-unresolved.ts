import type { Context } from '@opentelemetry/api';
import type { Acceptance } from './acceptance.ts';
import type { AnyBoundInstrument } from './bound-instrument.ts';
import { describeError } from './described.ts';

/**
 * The bound form of attributes that a view's processor has failed for: they are not resolved yet. Each measurement
 * tries again, as it would unbound, and is dropped and counted where that fails too; after the first that does not fail
 * the handle is as any other.
 */
export class BoundUnresolved implements AnyBoundInstrument {
  readonly #acceptance: Acceptance;
  readonly #resolve: () => AnyBoundInstrument;
  #bound: AnyBoundInstrument | undefined;

  /** @param resolve binds, and throws what the processor throws */
  constructor(acceptance: Acceptance, resolve: () => AnyBoundInstrument) {
    this.#acceptance = acceptance;
    this.#resolve = resolve;
  }

  add(value: number, context?: Context): void {
    const bound = this.#bound ?? this.#resolveFor(value);
    bound?.add(value, context);
  }

  record(value: number, context?: Context): void {
    const bound = this.#bound ?? this.#resolveFor(value);
    bound?.record(value, context);
  }

  enabled(): boolean {
    return true;
  }

  remove(): void {
    this.#bound?.remove();
  }

  /** Nothing where the measurement is dropped: a value that is not taken would be so with any attributes. */
  #resolveFor(value: unknown): AnyBoundInstrument | undefined {
    if (this.#acceptance.accept(value) === undefined) return undefined;
    try {
      this.#bound = this.#resolve();
    } catch (error) {
      this.#acceptance.dropUnprocessed(describeError(error));
    }
    return this.#bound;
  }
}
