import type { Context } from '@opentelemetry/api';
import type { Acceptance } from './acceptance.ts';
import type { AnyBoundInstrument } from './bound-instrument.ts';

/** The bound form of an instrument that goes into several streams. */
export class BoundFanOut implements AnyBoundInstrument {
  readonly #acceptance: Acceptance;
  readonly #bounds: readonly AnyBoundInstrument[];

  constructor(acceptance: Acceptance, bounds: readonly AnyBoundInstrument[]) {
    this.#acceptance = acceptance;
    this.#bounds = bounds;
  }

  add(value: number, context?: Context): void {
    // Here, so that a measurement that is dropped is counted once.
    const accepted = this.#acceptance.accept(value);
    if (accepted !== undefined) for (const bound of this.#bounds) bound.add(accepted, context);
  }

  record(value: number, context?: Context): void {
    const accepted = this.#acceptance.accept(value);
    if (accepted !== undefined) for (const bound of this.#bounds) bound.record(accepted, context);
  }

  enabled(): boolean {
    return this.#bounds.length > 0;
  }

  remove(): void {
    for (const bound of this.#bounds) bound.remove();
  }
}
