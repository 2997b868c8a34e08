import type { Attributes } from '@opentelemetry/api';
import type { BoundAdder, BoundRecorder, Timer } from './instrument-interfaces.ts';
import type { Recording } from './recording.ts';
import { MILLISECONDS_IN_UNIT, startTimer } from './timer.ts';

/** The typed instrument over a recording, of the class that the definition's kind asks for. */
export function toInstrument(recording: Recording): AddingInstrument | RecordingInstrument {
  const { instrument, unit } = recording.definition;
  if (instrument === 'counter' || instrument === 'upDownCounter') return new AddingInstrument(recording);
  const millisecondsInUnit = instrument === 'histogram' ? MILLISECONDS_IN_UNIT.get(unit) : undefined;
  if (millisecondsInUnit === undefined) return new RecordingInstrument(recording);
  return new TimingInstrument(recording, millisecondsInUnit);
}

class AddingInstrument {
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  add(value: number, attributes?: Attributes): void {
    this.#recording.record(value, attributes);
  }

  bind(attributes?: Attributes): BoundAdder {
    const recording = this.#recording;
    const resolved = recording.resolve(attributes);
    return { add: (value) => recording.recordCompleted(value, resolved) };
  }

  positional(...keys: string[]): (...measurement: unknown[]) => void {
    return positional(this.#recording, keys);
  }
}

class RecordingInstrument {
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  record(value: number, attributes?: Attributes): void {
    this.#recording.record(value, attributes);
  }

  bind(attributes?: Attributes): BoundRecorder {
    const recording = this.#recording;
    const resolved = recording.resolve(attributes);
    return { record: (value) => recording.recordCompleted(value, resolved) };
  }

  positional(...keys: string[]): (...measurement: unknown[]) => void {
    return positional(this.#recording, keys);
  }
}

class TimingInstrument extends RecordingInstrument {
  readonly #millisecondsInUnit: number;

  constructor(recording: Recording, millisecondsInUnit: number) {
    super(recording);
    this.#millisecondsInUnit = millisecondsInUnit;
  }

  startTimer(attributes?: Attributes): Timer {
    return startTimer((elapsed) => this.record(elapsed, attributes), this.#millisecondsInUnit);
  }
}

function positional(recording: Recording, keys: readonly string[]): (...measurement: unknown[]) => void {
  return (...measurement) => {
    // Whatever the caller passes: `record` converts or drops what is not an attribute value or not a number.
    const attributes: Attributes = {};
    for (const [index, key] of keys.entries()) attributes[key] = measurement[index];
    recording.record(measurement[keys.length] as number, attributes);
  };
}
