import type { Attributes } from '@opentelemetry/api';
import type { BoundAdder, BoundRecorder } from './instrument-interfaces.ts';
import type { NativeBound, NativeInstrument } from './native-instrument.ts';
import type { Recording } from './recording.ts';

/**
 * A recording with its attributes resolved. It may be made before there is a meter and outlive several: it binds to the
 * meter's instrument when it first can, again when that has become another one, and is a call of its bound form in
 * between. On a meter that cannot bind it records with the attributes it has.
 */
export class BoundRecording implements BoundAdder, BoundRecorder {
  readonly #recording: Recording;
  readonly #resolved: Attributes | undefined;
  #native: NativeInstrument | undefined;
  #bound: NativeBound | undefined;

  constructor(recording: Recording, attributes: Attributes | undefined) {
    this.#recording = recording;
    this.#resolved = recording.resolve(attributes);
  }

  add(value: number): void {
    const bound = this.#native === this.#recording.native ? this.#bound : this.#bind();
    if (bound === undefined) this.#recording.recordCompleted(value, this.#resolved);
    else bound.add(value);
  }

  record(value: number): void {
    const bound = this.#native === this.#recording.native ? this.#bound : this.#bind();
    if (bound === undefined) this.#recording.recordCompleted(value, this.#resolved);
    else bound.record(value);
  }

  /** Binds to the meter's instrument that is there now, if there is one and it can. */
  #bind(): NativeBound | undefined {
    this.#native = this.#recording.native;
    this.#bound = this.#native?.bind(this.#resolved);
    return this.#bound;
  }
}
