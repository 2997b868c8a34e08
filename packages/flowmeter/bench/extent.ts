import { parseArgs } from 'node:util';

/** How thoroughly is measured. */
export interface Extent {
  /** How many processes of each contender are measured, by turns. */
  readonly rounds: number;
  /** Where the result is written as JSON, if anywhere. */
  readonly json: string | undefined;
}

const FULL = 25;
const QUICK = 7;

export const USAGE = `npm run bench:start -- [--quick] [--json FILE]

  --quick      few processes: the order of magnitude, not the figure
  --json FILE  writes the result there as well
`;

/** @throws TypeError for an argument that there is not */
export function readExtent(args: readonly string[]): Extent {
  const { values } = parseArgs({ args: [...args], options: { quick: { type: 'boolean' }, json: { type: 'string' } } });
  return { rounds: values.quick === true ? QUICK : FULL, json: values.json };
}
