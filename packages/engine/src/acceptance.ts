import { diag, ValueType } from '@opentelemetry/api';
import { InstrumentType } from '@opentelemetry/sdk-metrics';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';

/** Why a measurement was dropped. */
export type DropReason = 'not_a_number' | 'not_finite' | 'negative' | 'attributes_processor';

const NON_NEGATIVE: ReadonlySet<InstrumentType> = new Set([
  InstrumentType.COUNTER,
  InstrumentType.HISTOGRAM,
  InstrumentType.OBSERVABLE_COUNTER,
]);

const KINDS: Readonly<Record<InstrumentType, string>> = {
  [InstrumentType.COUNTER]: 'counter',
  [InstrumentType.UP_DOWN_COUNTER]: 'up-down counter',
  [InstrumentType.GAUGE]: 'gauge',
  [InstrumentType.HISTOGRAM]: 'histogram',
  [InstrumentType.OBSERVABLE_COUNTER]: 'observable counter',
  [InstrumentType.OBSERVABLE_UP_DOWN_COUNTER]: 'observable up-down counter',
  [InstrumentType.OBSERVABLE_GAUGE]: 'observable gauge',
};

/**
 * Which values an instrument takes. One that is not taken is dropped and counted, and the first of each instrument is
 * a warning: a hot loop that goes wrong must not fill the log as well.
 */
export class Acceptance {
  readonly descriptor: InstrumentDescriptor;
  /** Whether negative values are taken. */
  readonly takesNegative: boolean;
  /** Whether values are cut to integers (value type INT). */
  readonly truncates: boolean;
  /** How many measurements were dropped, by reason. */
  readonly dropped = new Map<DropReason, number>();
  readonly #onDrop: () => void;
  #hasWarned = false;
  #hasWarnedOfFraction = false;

  /** @param onDrop called when the first measurement is dropped */
  constructor(descriptor: InstrumentDescriptor, onDrop: () => void) {
    this.descriptor = descriptor;
    this.takesNegative = !NON_NEGATIVE.has(descriptor.type);
    this.truncates = descriptor.valueType === ValueType.INT;
    this.#onDrop = onDrop;
  }

  /** The value to record; `undefined` for one that is dropped. Takes its time: the hot paths ask it only where something is unusual. */
  accept(value: unknown): number | undefined {
    if (typeof value !== 'number') return this.drop('not_a_number', describeValue(value));
    if (!Number.isFinite(value)) return this.drop('not_finite', String(value));
    if (value < 0 && !this.takesNegative) return this.drop('negative', String(value));
    if (!this.truncates || Number.isInteger(value)) return value;
    if (!this.#hasWarnedOfFraction) {
      this.#hasWarnedOfFraction = true;
      warn(
        `flowmeter: ${this.descriptor.name} has value type INT and was given ${value}; fractional digits are ignored (reported once)`,
      );
    }
    // Not -0, which is no integer that anyone means.
    return Math.trunc(value) + 0;
  }

  /** Counts a measurement that is not recorded. */
  drop(reason: DropReason, what: string): undefined {
    if (this.dropped.size === 0) this.#onDrop();
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + 1);
    if (this.#hasWarned) return undefined;
    this.#hasWarned = true;
    warn(`flowmeter: ${this.descriptor.name}: dropped ${what}; ${takes(this.descriptor.type)} (reported once)`);
    return undefined;
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

/** What an instrument kind takes, in words. */
function takes(type: InstrumentType): string {
  const kind = KINDS[type];
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} takes a finite number${NON_NEGATIVE.has(type) ? ' of 0 or more' : ''}`;
}

function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}

/** Warns, whatever the application's logger does. */
export function warn(message: string): void {
  try {
    diag.warn(message);
  } catch {
    // The application's logger has failed; recording must not.
  }
}
