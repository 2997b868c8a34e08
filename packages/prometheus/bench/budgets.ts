/** The project's budgets for scrapes, as far as a run can tell. */
import { type Budget, least, type Lookup } from '../../../bench/budget.ts';
import { type Name, OURS } from './contenders/load.ts';
import { type Figures, ratio } from './figures.ts';
import { CHANGES } from './extent.ts';
import { scrapeQuestion } from './measure-scrapes.ts';
import { WEIGHT } from './measure-weight.ts';

const LARGE = 110_000;
const SIZES = [1100, 11_000, LARGE];
const LONGEST_BLOCK_MS = 5;

export const BUDGETS: readonly Budget<Figures>[] = [
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
    why: 'recorded and pushed, a series holds to it (npm run bench); scraped, its labels are also kept as bytes, rendered once',
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

function fasterThan(peer: Name): Budget<Figures>['found'] {
  return (figures) => {
    const asked = figures.get(scrapeQuestion(LARGE, 'all changed', 'request to last byte'));
    return asked && ratio(asked, peer);
  };
}

/** The longest of a scrape as it usually is: of the worst, the machine has its part. */
function longestBlock(figures: Lookup<Figures>): number | undefined {
  const questions = SIZES.flatMap((size) => CHANGES.map((change) => scrapeQuestion(size, change, 'longest block')));
  const all = questions.flatMap((question) => figures.get(question)?.of.get(OURS) ?? []);
  return all.length === 0 ? undefined : Math.max(...all);
}

function weight(figures: Lookup<Figures>, name: Name): number | undefined {
  return figures.get(WEIGHT)?.of.get(name);
}
