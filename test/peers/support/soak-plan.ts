/** What a soak records: each series of all sets, once in a tick, with a value that a sum of millions holds exactly. */
import { planSeries, type PlannedSeries } from '../../support/planned-series.ts';

export const SOAK: readonly PlannedSeries[] = planSeries();

/** Between one tick and the next. */
export const SOAK_INTERVAL_MS = 50;

/** What the series at this place records in a tick. */
export function soakValue(index: number, tick: number): number {
  return ((index * 7 + tick * 5) % 64) * 0.25;
}

/** The series as if it had recorded all of it at once. */
export function soaked(index: number, ticks: number): PlannedSeries {
  const series = SOAK[index];
  if (series === undefined) throw new Error(`there is no series ${index}`);
  return { ...series, values: Array.from({ length: ticks }, (_, tick) => soakValue(index, tick + 1)) };
}
