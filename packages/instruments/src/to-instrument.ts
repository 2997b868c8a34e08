import type { Attributes } from '@opentelemetry/api';
import type { BoundAdder, BoundRecorder, Timer } from './instrument-interfaces.ts';
import type { Recording } from './recording.ts';
import { MILLISECONDS_IN_UNIT, startTimer } from './timer.ts';

/** Labels, then the value. The interfaces have their types; whatever a caller passes, `record` checks it. */
type PositionalCall = (...measurement: unknown[]) => void;

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
    const recording = this.#recording;
    const resolved = recording.resolve(attributes);
    return { record: (value) => recording.recordCompleted(value, resolved) };
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

/** One and two attributes, which nearly all instruments have, are written out: a call then makes one object, no arrays. */
function positional(recording: Recording, keys: readonly string[]): PositionalCall {
  const [first, second] = keys;
  const record = (value: unknown, attributes?: Attributes): void => recording.record(value as number, attributes);
  if (first === undefined) return (value) => record(value);
  if (second === undefined) return (label, value) => record(value, { [first]: label });
  if (keys.length === 2) return (label, label2, value) => record(value, { [first]: label, [second]: label2 });
  return (...measurement) => {
    const attributes: Attributes = {};
    for (const [index, key] of keys.entries()) attributes[key] = measurement[index];
    record(measurement[keys.length], attributes);
  };
}
