import { parseArgs } from 'node:util';
import { Size } from './series.ts';

/** What happens between two scrapes: each series is recorded into, or none. */
export const CHANGES = ['all changed', 'none changed'] as const;
export type Change = (typeof CHANGES)[number];

/** How often things are measured, the contenders by turns. */
export interface Rounds {
  readonly size: Size;
  readonly changes: readonly Change[];
  /** Scrapes before anything is measured: as a service has it that has been scraped for a while. */
  readonly warmUps: number;
  readonly times: number;
  readonly blocks: number;
  readonly allocations: number;
}

/** How much is measured, and how thoroughly. */
export interface Extent {
  readonly rounds: readonly Rounds[];
  /** Whether a question is to be answered in this run. */
  readonly asks: (question: string) => boolean;
  /** Where the result is written as JSON, if anywhere. */
  readonly json: string | undefined;
}

const FULL: readonly Rounds[] = [
  { size: new Size(1000), changes: CHANGES, warmUps: 300, times: 51, blocks: 31, allocations: 5 },
  { size: new Size(10_000), changes: CHANGES, warmUps: 40, times: 21, blocks: 15, allocations: 3 },
  { size: new Size(100_000), changes: CHANGES, warmUps: 9, times: 9, blocks: 7, allocations: 1 },
];

const QUICK: readonly Rounds[] = [
  { size: new Size(1000), changes: CHANGES, warmUps: 80, times: 9, blocks: 5, allocations: 1 },
  { size: new Size(10_000), changes: CHANGES, warmUps: 10, times: 3, blocks: 3, allocations: 1 },
  { size: new Size(100_000), changes: ['all changed'], warmUps: 3, times: 3, blocks: 1, allocations: 1 },
];

export const USAGE = `node --conditions=@flowmeter/source scrapes.bench.ts [--quick] [--only PATTERN] [--json FILE]

  --quick         a few rounds: the order of magnitude, not the figure
  --only PATTERN  the parts that a regular expression matches: '110,000 series', '1,100 series', memory
  --json FILE     writes the result there as well
`;

/** @throws TypeError for an argument that there is not, SyntaxError for a pattern that is none */
export function readExtent(args: readonly string[]): Extent {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' } },
  });
  const only = new RegExp(values.only ?? '', 'u');
  return { rounds: values.quick === true ? QUICK : FULL, asks: (question) => only.test(question), json: values.json };
}
