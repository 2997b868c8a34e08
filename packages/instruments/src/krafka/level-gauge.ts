import type { Recording } from '../recording.ts';
import type { Level } from '../process-state.ts';

/**
 * A gauge that is set or counted up and down, and never falls below zero: a connection that is closed twice must not
 * leave the gauge at -1 for good. All sets of a process with the same constant attributes share its value.
 */
export interface LevelGauge {
  /** Sets the value; one below zero becomes zero, one that is not finite is dropped. */
  set(value: number): void;
  /** Counts up. */
  inc(by?: number): void;
  /** Counts down, to zero at the lowest. */
  dec(by?: number): void;
  /** The value as it stands. */
  get(): number;
}

/** The level gauge over a gauge's recording. */
export function createLevelGauge(recording: Recording, level: Level): LevelGauge {
  const set = (value: number): void => {
    // What is not a finite number goes on as it is: the recording drops and reports it.
    if (!Number.isFinite(value)) return recording.record(value);
    level.value = Math.max(0, value);
    recording.record(level.value);
  };
  return {
    set,
    inc: (by = 1) => set(typeof by === 'number' ? level.value + by : by),
    dec: (by = 1) => set(typeof by === 'number' ? level.value - by : by),
    get: () => level.value,
  };
}
