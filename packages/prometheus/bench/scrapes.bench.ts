/**
 * What does a scrape cost beside exporter-prometheus, prom-client and @prometheus-io/client, in one run on one machine? It
 * prints one table, and whether the budgets hold; `extent.ts` has its arguments:
 *
 *     node --conditions=@flowmeter/source packages/prometheus/bench/scrapes.bench.ts
 */
import { writeFileSync } from 'node:fs';
import { circumstances } from '../../engine/bench/circumstances.ts';
import { judge } from './budgets.ts';
import { readExtent, USAGE } from './extent.ts';
import { toJson } from './figures.ts';
import { measureScrapes } from './measure-scrapes.ts';
import { measureWeight } from './measure-weight.ts';
import { report } from './report.ts';
import { versions } from './versions.ts';

const extent = readArguments();
const started = performance.now();
const figures = [...(await measureScrapes(extent, tell)), ...(await measureWeight(extent, tell))];
tell('');

const seconds = Math.round((performance.now() - started) / 1000);
const result = { ...circumstances(), versions: versions(), seconds };
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
