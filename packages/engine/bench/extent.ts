import { parseArgs } from 'node:util';

/** How much is measured, and how thoroughly. */
export interface Extent {
  /** How often everything is measured, the contenders by turns. */
  readonly rounds: number;
  readonly millisecondsACase: number;
  /** How often each contender collects, for each number of series. */
  readonly collections: number;
  /** Whether a question is to be answered in this run. */
  readonly asks: (question: string) => boolean;
  /** Where the result is written as JSON, if anywhere. */
  readonly json: string | undefined;
}

const FULL = { rounds: 2, millisecondsACase: 100, collections: 9 };
const QUICK = { rounds: 1, millisecondsACase: 60, collections: 3 };

export const USAGE = `npm run bench -- [--quick] [--only PATTERN] [--json FILE]

  --quick         one short round: the order of magnitude, not the figure
  --only PATTERN  the questions that a regular expression matches, such as 'counter, 2 .*bound'
  --json FILE     writes the result there as well
`;

/** @throws TypeError for an argument that there is not, SyntaxError for a pattern that is none */
export function readExtent(args: readonly string[]): Extent {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' } },
  });
  const only = new RegExp(values.only ?? '', 'u');
  return { ...(values.quick === true ? QUICK : FULL), asks: (question) => only.test(question), json: values.json };
}
