import type { Expected } from './expected-deliveries.ts';

/** A record as a sink has it. */
export interface Delivered {
  readonly sourceId: string;
  readonly offset: number;
}

/** How the sinks' contents compare with what they should hold. */
export interface Audit {
  readonly delivered: number;
  readonly lost: number;
  readonly twice: number;
  /** In a sink that they are not for, or in one at all though they are to be filtered out. */
  readonly misplaced: number;
}

/** Looks for every record in the sinks, by what the sinks hold and not by what the router says. */
export function audit(expected: readonly Expected[], sinks: ReadonlyMap<string, readonly Delivered[]>): Audit {
  const outstanding = new Map(expected.map(({ sourceId, sinkOf }) => [sourceId, new Map(sinkOf)]));
  const seen = new Set<string>();
  const found = { delivered: 0, twice: 0, misplaced: 0 };
  for (const [sinkId, records] of sinks) {
    for (const { sourceId, offset } of records) {
      const key = `${sourceId} ${offset}`;
      const ofSource = outstanding.get(sourceId);
      found.delivered += 1;
      if (seen.has(key)) found.twice += 1;
      else if (ofSource?.get(offset) !== sinkId) found.misplaced += 1;
      else ofSource.delete(offset);
      seen.add(key);
    }
  }
  const lost = [...outstanding.values()].reduce((total, { size }) => total + size, 0);
  return { ...found, lost };
}
