import { writeFileSync } from 'node:fs';
import { type Answer, type Budget, judge, type Verdict } from './budget.ts';
import { circumstances, type Circumstances } from './circumstances.ts';

/** A benchmark: what it takes from its command line, measures and says of it. */
export interface Benchmark<Figures extends Answer, Extent extends { readonly json: string | undefined }> {
  readonly usage: string;
  /** The packages that take part. */
  readonly packages: readonly string[];
  /** @throws Error for arguments that are not allowed */
  readonly readExtent: (args: readonly string[]) => Extent;
  /** @param tell is told what is being done */
  readonly measure: (extent: Extent, tell: (doing: string) => void) => Promise<readonly Figures[]>;
  readonly toTable: (figures: readonly Figures[]) => string;
  readonly toJson: (figures: Figures) => object;
  /** What a reader of the table has to know. */
  readonly legend: string;
  readonly budgets: readonly Budget<Figures>[];
}

/** Measures, prints one table and whether the budgets hold, and writes the result as JSON where that is asked for. */
export async function runBenchmark<Figures extends Answer, Extent extends { readonly json: string | undefined }>(
  benchmark: Benchmark<Figures, Extent>,
): Promise<void> {
  const { usage, packages, readExtent, measure, toTable, toJson, legend, budgets } = benchmark;
  let extent: Extent;
  try {
    extent = readExtent(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const started = performance.now();
  const figures = await measure(extent, tell);
  tell('');
  const seconds = Math.round((performance.now() - started) / 1000);
  const result = { ...circumstances(packages), seconds };
  const verdicts = judge(budgets, figures);
  const parts = [titleOf(result), toTable(figures), legend, verdicts.flatMap(toLines).join('\n')];
  process.stdout.write(`${parts.join('\n\n')}\n`);
  if (extent.json === undefined) return;
  const json = { ...result, figures: figures.map(toJson), budgets: verdicts };
  writeFileSync(extent.json, `${JSON.stringify(json, null, 2)}\n`);
}

/** What is being done, in one line of the terminal that the next one replaces. */
function tell(doing: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${doing}`);
}

function titleOf({ node, cpu, date, seconds, versions }: Circumstances & { readonly seconds: number }): string {
  const contenders = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Node ${node}, ${cpu}, ${date}, ${seconds} s\n${contenders.join(', ')}`;
}

function toLines({ budget, holds, unit, found, limit, missedBy = 0, why }: Verdict): string[] {
  if (holds) return [`PASS  ${budget}: ${round(found)} ${unit}`];
  const miss = `${round(found)} ${unit} for ${round(limit)} ${unit}, ${(missedBy * 100).toFixed(0)} % off`;
  return [`MISS  ${budget}: ${miss}`, ...(why === undefined ? [] : [`      ${why}`])];
}

function round(figure: number): string {
  return figure < 10 && !Number.isInteger(figure) ? figure.toFixed(1) : figure.toFixed(0);
}
