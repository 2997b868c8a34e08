/** The project's budgets for scrapes, as far as a run can tell. */
import { type Name, OURS } from './contenders/load.ts';
import { type Figures, ratio } from './figures.ts';
import { CHANGES } from './extent.ts';
import { scrapeQuestion } from './measure-scrapes.ts';
import { WEIGHT } from './measure-weight.ts';

/** Looks a figure up. What was not asked in a run is `undefined`, and so is the budget's outcome. */
type Lookup = ReadonlyMap<string, Figures>;

interface Budget {
  readonly text: string;
  readonly unit: '×' | 'ms' | 'B';
  readonly found: (figures: Lookup) => number | undefined;
  /** A floor or a ceiling for what is found. */
  readonly limit: { readonly atLeast: number } | { readonly atMost: (figures: Lookup) => number | undefined };
  /**
   * Why it does not hold, in a line: printed with a miss, and only then. Whoever changes what it speaks of keeps it
   * true.
   */
  readonly why?: string;
}

const LARGE = 110_000;
const SIZES = [1100, 11_000, LARGE];
const LONGEST_BLOCK_MS = 5;

const BUDGETS: readonly Budget[] = [
  {
    text: 'a scrape of 110 k series that all have changed: 15 × faster than exporter-prometheus',
    unit: '×',
    found: fasterThan('exporter-prometheus'),
    limit: { atLeast: 15 },
  },
  {
    text: 'a scrape of 110 k series that all have changed: 8 × faster than @prometheus-io/client',
    unit: '×',
    found: fasterThan('@prometheus-io/client'),
    limit: { atLeast: 8 },
  },
  {
    text: 'longest block of the event loop, at any size: no more than 5 ms',
    unit: 'ms',
    found: longestBlock,
    limit: { atMost: () => LONGEST_BLOCK_MS },
  },
  {
    text: "memory of a series, both exports on: a third of sdk-metrics'",
    unit: 'B',
    found: (figures) => weight(figures, OURS),
    limit: {
      atMost: (figures) => {
        const stock = weight(figures, 'exporter-prometheus');
        return stock === undefined ? undefined : stock / 3;
      },
    },
  },
  {
    text: "memory of a series, both exports on: no more than the best client's",
    unit: 'B',
    found: (figures) => weight(figures, OURS),
    limit: {
      atMost: (figures) => least([weight(figures, 'prom-client'), weight(figures, '@prometheus-io/client')]),
    },
  },
];

/** What a run says of a budget. */
export interface Verdict {
  readonly budget: string;
  readonly holds: boolean;
  readonly unit: Budget['unit'];
  readonly found: number;
  readonly limit: number;
  /** What is missing, as a share of the limit. */
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
  const missedBy = holds ? undefined : Math.abs(found - limit) / limit;
  return { budget: text, holds, unit, found, limit, missedBy, why: holds ? undefined : why };
}

function fasterThan(peer: Name): Budget['found'] {
  return (figures) => {
    const asked = figures.get(scrapeQuestion(LARGE, 'all changed', 'request to last byte'));
    return asked && ratio(asked, peer);
  };
}

/** The longest of a scrape as it usually is: of the worst, the machine has its part. */
function longestBlock(figures: Lookup): number | undefined {
  const questions = SIZES.flatMap((size) => CHANGES.map((change) => scrapeQuestion(size, change, 'longest block')));
  const all = questions.flatMap((question) => figures.get(question)?.of.get(OURS) ?? []);
  return all.length === 0 ? undefined : Math.max(...all);
}

function weight(figures: Lookup, name: Name): number | undefined {
  return figures.get(WEIGHT)?.of.get(name);
}

function least(all: readonly (number | undefined)[]): number | undefined {
  const some = all.filter((one) => one !== undefined);
  return some.length === 0 ? undefined : Math.min(...some);
}
