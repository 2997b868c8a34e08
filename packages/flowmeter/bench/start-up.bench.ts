/**
 * What does starting with flowmeter cost beside sdk-node with the same two exports, in one run on one machine? `npm run bench:start`
 * builds the packages, prints one table, and whether the budget holds; `extent.ts` has its arguments. Whole processes are measured,
 * by turns: bare Node, `--require flowmeter/register` as it is built, and `--require` of a file with `new NodeSDK().start()`.
 */
import { runBenchmark } from '../../../bench/run-benchmark.ts';
import { BUDGETS } from './budgets.ts';
import { readExtent, USAGE } from './extent.ts';
import { toJson, toTable } from './figures.ts';
import { measureStarts } from './measure-starts.ts';

await runBenchmark({
  usage: USAGE,
  packages: ['flowmeter', '@opentelemetry/sdk-node'],
  readExtent,
  measure: measureStarts,
  toTable,
  toJson,
  legend: `A process that does nothing, from its being started to its end: as the one that started it sees it, and in CPU time of all its
threads, which other work on the machine changes less. Another process records into a counter as the first thing that it does, bare
Node into none: until that is done, and its memory once its endpoint can be connected to, of the process, and of its heap after a
collection of garbage. The ratio is what sdk-node adds to bare Node by what flowmeter does. Both have a Prometheus endpoint and an OTLP
push, neither traces nor logs; no collector is there.`,
  budgets: BUDGETS,
});
