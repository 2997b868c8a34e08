/**
 * What do recording, collecting and keeping series cost beside sdk-metrics, prom-client and @prometheus-io/client, in
 * one run on one machine? `npm run bench` prints one table, and whether the budgets hold; `extent.ts` has
 * its arguments. What takes nanoseconds is measured by mitata, what takes milliseconds by a clock, all by turns.
 */
import { writeFileSync } from 'node:fs';
import { circumstances } from './circumstances.ts';
import { readExtent, USAGE } from './extent.ts';
import { toJson } from './figures.ts';
import { measureCalls } from './measure-calls.ts';
import { measureCollecting } from './measure-collecting.ts';
import { measureWeight } from './measure-weight.ts';
import { report } from './report.ts';
import { judge } from './verdicts.ts';

const extent = readArguments();
const started = performance.now();
const figures = [
  ...(await measureCalls(extent, tell)),
  ...(await measureCollecting(extent, tell)),
  ...(await measureWeight(extent, tell)),
];
tell('');

const result = { ...circumstances(), seconds: Math.round((performance.now() - started) / 1000) };
const verdicts = judge(figures);
process.stdout.write(report(result, figures, verdicts));
if (extent.json !== undefined)
  writeFileSync(
    extent.json,
    `${JSON.stringify({ ...result, figures: figures.map(toJson), budgets: verdicts }, null, 2)}\n`,
  );

function readArguments(): ReturnType<typeof readExtent> {
  try {
    return readExtent(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
}

/** What is being done, in one line of the terminal that the next one replaces. */
function tell(doing: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${doing}`);
}
