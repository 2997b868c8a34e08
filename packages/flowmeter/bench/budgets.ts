/** The project's budget for starting: a fifth of what sdk-node adds. */
import type { Budget } from '../../../bench/budget.ts';
import { added, type Figures } from './figures.ts';
import { CPU_TIME, WALL_TIME } from './measure-starts.ts';

const SHARE = 1 / 5;

const WHY = 'most of it is not ours: 51 files of @opentelemetry/api, and a node:http server that listens on a name';

export const BUDGETS: readonly Budget<Figures>[] = [
  ["a fifth of sdk-node's overhead, until the process has ended", WALL_TIME] as const,
  ["a fifth of sdk-node's overhead, in CPU time", CPU_TIME] as const,
].map(([text, question]) => ({
  text: `starting: ${text}`,
  unit: 'ms',
  found: (figures) => addedBy('flowmeter', figures.get(question)),
  limit: {
    atMost(figures) {
      const theirs = addedBy('sdk-node', figures.get(question));
      return theirs === undefined ? undefined : theirs * SHARE;
    },
  },
  why: WHY,
}));

function addedBy(name: 'flowmeter' | 'sdk-node', figures: Figures | undefined): number | undefined {
  return figures === undefined ? undefined : added(figures, name);
}
