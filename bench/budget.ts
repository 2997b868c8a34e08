/** What a benchmark measured, under the question that it answers. */
export interface Answer {
  readonly question: string;
}

/** Looks a figure up. What was not asked in a run is `undefined`, and so is the budget's outcome. */
export type Lookup<Figures> = ReadonlyMap<string, Figures>;

/** What the project has promised of a figure. */
export interface Budget<Figures> {
  readonly text: string;
  readonly unit: '×' | 'ms' | 'B';
  readonly found: (figures: Lookup<Figures>) => number | undefined;
  /** A floor or a ceiling for what is found. */
  readonly limit: { readonly atLeast: number } | { readonly atMost: (figures: Lookup<Figures>) => number | undefined };
  /**
   * Why it does not hold, in a line: printed with a miss, and only then. Whoever changes what it speaks of keeps it
   * true.
   */
  readonly why?: string;
}

/** What a run says of a budget. */
export interface Verdict {
  readonly budget: string;
  readonly holds: boolean;
  readonly unit: Budget<never>['unit'];
  readonly found: number;
  readonly limit: number;
  /** What is missing, as a share of the limit; without a limit but 0, the whole. */
  readonly missedBy: number | undefined;
  readonly why: string | undefined;
}

/** Judges the budgets that the figures say something about. */
export function judge<Figures extends Answer>(
  budgets: readonly Budget<Figures>[],
  figures: readonly Figures[],
): Verdict[] {
  const lookup = new Map(figures.map((one) => [one.question, one]));
  return budgets.flatMap((budget) => verdictOn(budget, lookup) ?? []);
}

function verdictOn<Figures>(
  { text, unit, found: find, limit: bound, why }: Budget<Figures>,
  figures: Lookup<Figures>,
): Verdict | undefined {
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

/** The least of the figures that there are. */
export function least(all: readonly (number | undefined)[]): number | undefined {
  const some = all.filter((one) => one !== undefined);
  return some.length === 0 ? undefined : Math.min(...some);
}
