import type { Attributes } from '@opentelemetry/api';
import { BoundRecording } from './bound-recording.ts';
import type { BoundAdder, BoundRecorder, Timer } from './instrument-interfaces.ts';
import { positional, type PositionalCall } from './positional.ts';
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
    return new BoundRecording(this.#recording, attributes);
  }

  positional(...keys: string[]): PositionalCall {
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
    return new BoundRecording(this.#recording, attributes);
  }

  positional(...keys: string[]): PositionalCall {
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
    const bound = this.bind(attributes);
    return startTimer((elapsed) => bound.record(elapsed), this.#millisecondsInUnit);
  }
}
