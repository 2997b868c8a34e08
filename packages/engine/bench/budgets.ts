/** The project's budgets for recording and for memory, as far as this run can tell. */
import { type Budget, least, type Lookup } from '../../../bench/budget.ts';
import { type NAMES, OURS, type Peer } from './contenders/load.ts';
import { type Figures, ratio } from './figures.ts';
import { BARE_WRITE, questionOf } from './matrix.ts';
import { weightQuestion } from './measure-weight.ts';

const SDK: readonly Peer[] = ['sdk-metrics'];
const CLIENTS: readonly Peer[] = ['prom-client', '@prometheus-io/client'];
const BOUND = 'counter, 2 attributes, bound';
const UNBOUND = 'counter, 2 attributes, unbound';
const POSITIONAL = 'counter, 2 attributes, positional';

export const BUDGETS: readonly Budget<Figures>[] = [
  {
    text: "bound add: 100 × faster than sdk-metrics' add",
    unit: '×',
    found: fasterThan(SDK, BOUND),
    limit: { atLeast: 100 },
  },
  {
    text: "bound add: 50 × faster than a client's child",
    unit: '×',
    found: fasterThan(CLIENTS, BOUND),
    limit: { atLeast: 50 },
  },
  {
    text: 'bound add: within 2 × of writing a typed array',
    unit: '×',
    found: (figures) => quotient(cost(figures, BOUND), cost(figures, questionOf(BARE_WRITE))),
    limit: { atMost: () => 2 },
  },
  {
    text: 'bound histogram record: 25 × faster than any peer',
    unit: '×',
    found: fasterThan([...SDK, ...CLIENTS], 'histogram, 2 attributes, bound'),
    limit: { atLeast: 25 },
  },
  {
    text: 'positional function, 2 labels: 15 × faster than sdk-metrics',
    unit: '×',
    found: fasterThan(SDK, POSITIONAL),
    limit: { atLeast: 15 },
  },
  {
    text: 'unbound add, 2 attributes: 7 × faster than sdk-metrics',
    unit: '×',
    found: fasterThan(SDK, UNBOUND),
    limit: { atLeast: 7 },
  },
  {
    text: 'unbound add, 2 attributes: 3 × faster than either client',
    unit: '×',
    found: fasterThan(CLIENTS, UNBOUND),
    limit: { atLeast: 3 },
  },
  {
    text: 'bytes allocated by a bound or positional call: 0',
    unit: 'B',
    found: mostAllocated,
    limit: { atMost: () => 0 },
  },
  {
    text: "memory of a series, both exports on: a third of sdk-metrics'",
    unit: 'B',
    found: (figures) => weight(figures, OURS),
    limit: { atMost: (figures) => quotient(weight(figures, 'sdk-metrics'), 3) },
  },
  {
    text: "memory of a series, both exports on: no more than the best client's",
    unit: 'B',
    found: (figures) => weight(figures, OURS),
    limit: { atMost: (figures) => least(CLIENTS.map((client) => weight(figures, client))) },
  },
];

/** How many times faster than the fastest of the peers. */
function fasterThan(peers: readonly Peer[], question: string): Budget<Figures>['found'] {
  return (figures) => {
    const asked = figures.get(question);
    return asked && least(peers.map((peer) => ratio(asked, peer)));
  };
}

function mostAllocated(figures: Lookup<Figures>): number | undefined {
  const all = [...figures.values()].filter(({ question }) => /, (?:bound|positional)/u.test(question));
  const bytes = all.map((one) => one.bytes.get(OURS)).filter((one) => one !== undefined);
  return bytes.length === 0 ? undefined : Math.max(...bytes);
}

function weight(figures: Lookup<Figures>, name: (typeof NAMES)[number]): number | undefined {
  return figures.get(weightQuestion('counter'))?.costs.get(name);
}

function cost(figures: Lookup<Figures>, question: string): number | undefined {
  return figures.get(question)?.costs.get(OURS);
}

function quotient(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || divisor === undefined ? undefined : dividend / divisor;
}
