import type { Rows } from './rows.ts';

/**
 * The first cell of every row: the measurements since the last settling; in the rows of a slot, whether there is something
 * to take. It is what tells a gauge that was set to the same value again from one that nobody touched.
 */
export const RECORDED = 0;

/** Tells all slots that something was recorded in the row since the last settling, and begins to count anew. */
export function settleRecorded(row: number, rows: Rows, slots: readonly Rows[]): number {
  const recorded = rows.get(row, RECORDED);
  if (recorded === 0) return 0;
  rows.set(row, RECORDED, 0);
  for (const slot of slots) slot.set(row, RECORDED, 1);
  return recorded;
}

/** The rows of a slot. Slots are numbered by whoever told the aggregation how many there are. */
export function rowsOf(slots: readonly Rows[], slot: number): Rows {
  const rows = slots[slot];
  if (rows === undefined) throw new RangeError(`slot is ${slot}; allowed is 0 to ${slots.length - 1}`);
  return rows;
}
