/**
 * What does a scrape cost beside exporter-prometheus, prom-client and @prometheus-io/client, in one run on one machine? It
 * prints one table, and whether the budgets hold; `extent.ts` has its arguments:
 *
 *     node --conditions=@flowmeter/source packages/prometheus/bench/scrapes.bench.ts
 */
import { runBenchmark } from '../../../bench/run-benchmark.ts';
import { BUDGETS } from './budgets.ts';
import { CONTENDERS } from './contenders/load.ts';
import { readExtent, USAGE } from './extent.ts';
import { toJson } from './figures.ts';
import { measureScrapes } from './measure-scrapes.ts';
import { measureWeight } from './measure-weight.ts';
import { toTable } from './table.ts';

await runBenchmark({
  usage: USAGE,
  packages: Object.values(CONTENDERS),
  readExtent,
  measure: async (extent, tell) => [...(await measureScrapes(extent, tell)), ...(await measureWeight(extent, tell))],
  toTable,
  toJson,
  legend: `Of the series, ten in eleven are counters, and one is a histogram of 15 boundaries; each has three labels.
A ratio is a peer's figure by ours. Times are medians over rounds, the endpoints in processes of their own and scraped by
turns, without compression, over a connection that stays open; sums and numbers of samples of each body were compared with
what was recorded. The longest block is that of a scrape, as something else in the process sees it: its median over
scrapes, and the worst. Bytes on the heap are all that a scrape allocates, an estimate from samples; outside it, what there
is in array buffers when there is most. Before a scrape each series was recorded into, or none.`,
  budgets: BUDGETS,
});
