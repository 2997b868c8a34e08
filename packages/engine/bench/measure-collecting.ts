import { type Name, NAMES } from './contenders/load.ts';
import type { Extent } from './extent.ts';
import type { Figures } from './figures.ts';
import { type Standing, stand } from './in-turn.ts';

const SIZES = [1, 1000, 100_000];

/** What it costs to collect so many series: all contenders stand ready, and collect by turns. */
export async function measureCollecting(extent: Extent, tell: (doing: string) => void): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const size of SIZES) {
    const question = `collecting ${size.toLocaleString('en')} counter series`;
    if (!extent.asks(question)) continue;
    tell(question);
    figures.push({ question, unit: 'ms', costs: await byTurns(size, extent.collections), bytes: new Map() });
  }
  return figures;
}

async function byTurns(size: number, turns: number): Promise<Map<Name, number>> {
  const standing = new Map<Name, Standing<number>>();
  try {
    for (const name of NAMES) standing.set(name, await stand('cost-of-collecting.bench.ts', [name, String(size)]));
    const took = new Map<Name, number[]>(NAMES.map((name) => [name, []]));
    for (let turn = 0; turn < turns; turn += 1)
      for (const [name, one] of standing) took.get(name)?.push(await one.next());
    return new Map([...took].map(([name, all]) => [name, median(all)]));
  } finally {
    for (const one of standing.values()) one.end();
  }
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;
}
