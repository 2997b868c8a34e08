/** No library at all: the least that keeping a sum can cost. */
import type { Plan, Subject } from './contender.ts';

export function createSubject(plan: Plan): Subject {
  const cells = new Float64Array(plan.cardinalityLimit);
  const at = cells.length >> 1;
  const write = (value: number): void => {
    cells[at] = (cells[at] ?? 0) + value;
  };
  return {
    record: write,
    bind: () => write,
    collect: async () => cells,
    push: async () => 1,
    points: () => [{ attributes: {}, value: cells[at] ?? Number.NaN, count: undefined }],
  };
}
