import type { Circumstances } from '../../engine/bench/circumstances.ts';
import type { Verdict } from './budgets.ts';
import type { Figures } from './figures.ts';
import { toTable } from './table.ts';

const LEGEND = `Of the series, ten in eleven are counters, and one is a histogram of 15 boundaries; each has three labels.
A ratio is a peer's figure by ours. Times are medians over rounds, the endpoints in processes of their own and scraped by
turns, without compression, over a connection that stays open; sums and numbers of samples of each body were compared with
what was recorded. The longest block is that of a scrape, as something else in the process sees it: its median over
scrapes, and the worst. Bytes on the heap are all that a scrape allocates, an estimate from samples; outside it, what there
is in array buffers when there is most. Before a scrape each series was recorded into, or none.`;

/** All that a run prints. */
export function report(
  { node, cpu, date, seconds, versions }: Circumstances & { readonly seconds: number },
  figures: readonly Figures[],
  verdicts: readonly Verdict[],
): string {
  const contenders = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Node ${node}, ${cpu}, ${date}, ${seconds} s`,
    contenders.join(', '),
    '',
    toTable(figures),
    '',
    LEGEND,
    '',
    ...verdicts.flatMap(toLines),
    '',
  ].join('\n');
}

function toLines({ budget, holds, unit, found, limit, missedBy = 0, why }: Verdict): string[] {
  if (holds) return [`PASS  ${budget}: ${round(found)} ${unit}`];
  const miss = `${round(found)} ${unit} for ${round(limit)} ${unit}, ${(missedBy * 100).toFixed(0)} % off`;
  return [`MISS  ${budget}: ${miss}`, ...(why === undefined ? [] : [`      ${why}`])];
}

function round(figure: number): string {
  return figure < 10 && !Number.isInteger(figure) ? figure.toFixed(1) : figure.toFixed(0);
}
