import { type Budget, BUDGETS, type Lookup } from './budgets.ts';
import type { Figures } from './figures.ts';

/** What a run says of a budget. */
export interface Verdict {
  readonly budget: string;
  readonly holds: boolean;
  readonly unit: Budget['unit'];
  readonly found: number;
  readonly limit: number;
  /** What is missing, as a share of the limit; without a limit but 0, the whole. */
  readonly missedBy: number | undefined;
  readonly why: string | undefined;
}

/** Judges the budgets that the figures say something about. */
export function judge(figures: readonly Figures[]): Verdict[] {
  const lookup = new Map(figures.map((one) => [one.question, one]));
  return BUDGETS.flatMap((budget) => verdictOn(budget, lookup) ?? []);
}

function verdictOn({ text, unit, found: find, limit: bound, why }: Budget, figures: Lookup): Verdict | undefined {
  const isFloor = 'atLeast' in bound;
  const limit = isFloor ? bound.atLeast : bound.atMost(figures);
  const found = find(figures);
  if (found === undefined || limit === undefined) return undefined;
  const holds = isFloor ? found >= limit : found <= limit;
  const missedBy = limit === 0 ? 1 : Math.abs(found - limit) / limit;
  return {
    budget: text,
    holds,
    unit,
    found,
    limit,
    missedBy: holds ? undefined : missedBy,
    why: holds ? undefined : why,
  };
}
