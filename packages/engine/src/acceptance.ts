import { ValueType } from '@opentelemetry/api';
import { describeValue } from './described.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import { kindOf } from './instrument-kind.ts';
import { warn } from './warnings.ts';

/** Why a measurement was dropped. */
export type DropReason = 'not_a_number' | 'not_finite' | 'negative' | 'attributes_processor';

/**
 * Which values an instrument takes. One that is not taken is dropped and counted, and the first for each reason is a
 * warning: a hot loop that goes wrong must not fill the log as well.
 */
export class Acceptance {
  readonly descriptor: InstrumentDescriptor;
  /** Whether negative values are taken. */
  readonly takesNegative: boolean;
  /** Whether values are cut to integers (value type INT). */
  readonly truncates: boolean;
  /** How many measurements were dropped, by reason. */
  readonly dropped = new Map<DropReason, number>();
  readonly #onDrop: (() => void) | undefined;
  #hasWarnedOfValue = false;
  #hasWarnedOfFraction = false;

  /** @param onDrop called when the first measurement is dropped; without it, dropping is not worth a word */
  constructor(descriptor: InstrumentDescriptor, onDrop?: () => void) {
    this.descriptor = descriptor;
    this.takesNegative = kindOf(descriptor.type).takesNegative;
    this.truncates = descriptor.valueType === ValueType.INT;
    this.#onDrop = onDrop;
  }

  /**
   * The value to record; `undefined` for one that is dropped. Takes its time: the hot paths ask it only where
   * {@link isUsual} says no.
   */
  accept(value: unknown): number | undefined {
    if (typeof value !== 'number') return this.#dropValue('not_a_number', value);
    if (!Number.isFinite(value)) return this.#dropValue('not_finite', value);
    if (value < 0 && !this.takesNegative) return this.#dropValue('negative', value);
    if (!this.truncates || Number.isInteger(value)) return value;
    this.#warnOfFraction(value);
    // Not -0, which is no integer that anyone means.
    return Math.trunc(value) + 0;
  }

  /** Counts a measurement that is not recorded because a view's processor has failed. */
  dropUnprocessed(error: string): void {
    if (!this.dropped.has('attributes_processor')) {
      warn(`${this.descriptor.name}: dropped what a view's attributes processor failed for: ${error} (reported once)`);
    }
    this.#count('attributes_processor');
  }

  #dropValue(reason: DropReason, value: unknown): undefined {
    if (this.#onDrop !== undefined && !this.#hasWarnedOfValue) {
      this.#hasWarnedOfValue = true;
      const { name, type } = this.descriptor;
      const allowed = this.takesNegative ? 'a finite number' : 'a finite number of 0 or more';
      warn(`${name}: dropped ${describeValue(value)}; ${kindOf(type).words} takes ${allowed} (reported once)`);
    }
    this.#count(reason);
    return undefined;
  }

  #count(reason: DropReason): void {
    if (this.dropped.size === 0) this.#onDrop?.();
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
  }

  #warnOfFraction(value: number): void {
    if (this.#onDrop === undefined || this.#hasWarnedOfFraction) return;
    this.#hasWarnedOfFraction = true;
    warn(
      `${this.descriptor.name} has value type INT and was given ${value}; fractional digits are ignored (reported once)`,
    );
  }
}

/**
 * Whether a value can be recorded as it is. This is on all hot paths: what nearly all values are is decided by two
 * comparisons, which NaN and infinities do not pass.
 */
export function isUsual(value: unknown, takesNegative: boolean, truncates: boolean): value is number {
  if (typeof value !== 'number') return false;
  if (!(value >= 0 && value <= Number.MAX_VALUE) && !(takesNegative && value < 0 && value >= -Number.MAX_VALUE)) {
    return false;
  }
  return !truncates || Number.isInteger(value);
}
