import type { Attributes } from '@opentelemetry/api';
import type { NativeInstrument } from './native-instrument.ts';
import type { Recording } from './recording.ts';

/** Labels, then the value. The interfaces have their types; whatever a caller passes, `record` checks it. */
export type PositionalCall = (...measurement: unknown[]) => void;

/**
 * The function that takes the values of these attributes, then the value to record. One and two attributes, which nearly all
 * instruments have, are written out: with a meter that takes values by position a call then makes no object at all, and
 * with any other one.
 */
export function positional(recording: Recording, keys: readonly string[]): PositionalCall {
  const [first, second] = keys;
  const record = (value: unknown, attributes?: Attributes): void => recording.record(value as number, attributes);
  const native = new NativePositional(recording, keys);
  if (first === undefined) return (value) => record(value);
  if (second === undefined) {
    return (label, value) => {
      const call = native.call();
      if (call !== undefined && typeof label === 'string') call(label, value);
      else record(value, { [first]: label });
    };
  }
  if (keys.length === 2) {
    return (label, label2, value) => {
      const call = native.call();
      if (call !== undefined && typeof label === 'string' && typeof label2 === 'string') call(label, label2, value);
      else record(value, { [first]: label, [second]: label2 });
    };
  }
  return (...measurement) => {
    const attributes: Attributes = {};
    for (const [index, key] of keys.entries()) attributes[key] = measurement[index];
    record(measurement[keys.length], attributes);
  };
}

/** The positional function of the meter's instrument, which comes and goes with the meter. */
class NativePositional {
  readonly #recording: Recording;
  readonly #keys: readonly string[];
  #native: NativeInstrument | undefined;
  #call: PositionalCall | undefined;

  constructor(recording: Recording, keys: readonly string[]) {
    this.#recording = recording;
    this.#keys = keys;
  }

  /** `undefined` where measurements need more than their labels. */
  call(): PositionalCall | undefined {
    const { native } = this.#recording;
    if (native !== this.#native) {
      this.#native = native;
      this.#call = this.#recording.constants === undefined ? native?.positional(...this.#keys) : undefined;
    }
    return this.#call;
  }
}
