import type { Circumstances } from './circumstances.ts';
import type { Figures } from './figures.ts';
import { toTable } from './table.ts';
import type { Verdict } from './verdicts.ts';

const LEGEND = `B is what a call allocates, in bytes; a ratio is a peer's cost by ours. Values and attribute sets (64) vary, a
reader is attached, and what was recorded was compared with what was collected. sdk-metrics has no bound or positional
call: its unbound call stands for them. The clients' calls are \`inc(labels, value)\`, \`labels(a, b).inc(value)\` and a
kept \`labels(a, b)\`. A view leaves out the last attribute; beside tracing is with a context manager registered and no
span active; clients have neither, and no overflow. Collecting, a client hands out its live entries, where the others
make data points.`;

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
