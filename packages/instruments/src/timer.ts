import type { Timer } from './instrument-interfaces.ts';

/** How many milliseconds a histogram's unit has. */
export const MILLISECONDS_IN_UNIT: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['ms', 1],
]);

/**
 * Starts a timer.
 *
 * @param record takes the elapsed time in the unit
 */
export function startTimer(record: (elapsed: number) => void, millisecondsInUnit: number): Timer {
  const startMs = performance.now();
  let elapsed: number | undefined;
  const stop = (): number => {
    if (elapsed === undefined) {
      elapsed = (performance.now() - startMs) / millisecondsInUnit;
      record(elapsed);
    }
    return elapsed;
  };
  return { stop, [Symbol.dispose]: () => void stop() };
}
