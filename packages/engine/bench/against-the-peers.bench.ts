/**
 * What do recording, collecting and keeping series cost beside sdk-metrics, prom-client and @prometheus-io/client, in
 * one run on one machine? `npm run bench` prints one table, and whether the budgets hold; `extent.ts` has
 * its arguments. What takes nanoseconds is measured by mitata, what takes milliseconds by a clock, all by turns.
 */
import { runBenchmark } from '../../../bench/run-benchmark.ts';
import { BUDGETS } from './budgets.ts';
import { CONTENDERS } from './contenders/load.ts';
import { readExtent, USAGE } from './extent.ts';
import { toJson } from './figures.ts';
import { measureCalls } from './measure-calls.ts';
import { measureCollecting } from './measure-collecting.ts';
import { measureWeight } from './measure-weight.ts';
import { toTable } from './table.ts';

await runBenchmark({
  usage: USAGE,
  packages: ['mitata', ...Object.values(CONTENDERS).flatMap((contender) => contender.package ?? [])],
  readExtent,
  measure: async (extent, tell) => [
    ...(await measureCalls(extent, tell)),
    ...(await measureCollecting(extent, tell)),
    ...(await measureWeight(extent, tell)),
  ],
  toTable,
  toJson,
  legend: `B is what a call allocates, in bytes; a ratio is a peer's cost by ours. Values and attribute sets (64) vary, a
reader is attached, and what was recorded was compared with what was collected. sdk-metrics has no bound or positional
call: its unbound call stands for them. The clients' calls are \`inc(labels, value)\`, \`labels(a, b).inc(value)\` and a
kept \`labels(a, b)\`. A view leaves out the last attribute; beside tracing is with a context manager registered and no
span active; clients have neither, and no overflow. Collecting, a client hands out its live entries, where the others
make data points.`,
  budgets: BUDGETS,
});
