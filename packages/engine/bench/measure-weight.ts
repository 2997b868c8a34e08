import { type Name, NAMES } from './contenders/load.ts';
import type { Extent } from './extent.ts';
import type { Figures } from './figures.ts';
import { runOnce } from './in-turn.ts';

/** The memory that a series takes with both exports on. Once is enough: it does not vary by a byte or two. */
export async function measureWeight(extent: Extent, tell: (doing: string) => void): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const kind of ['counter', 'histogram'] as const) {
    const question = weightQuestion(kind);
    if (!extent.asks(question)) continue;
    const costs = new Map<Name, number>();
    for (const name of NAMES) {
      tell(`${question}: ${name}`);
      costs.set(name, await runOnce<number>('weight-of-a-series.bench.ts', [name, kind]));
    }
    figures.push({ question, unit: 'B', costs, bytes: new Map() });
  }
  return figures;
}

export function weightQuestion(kind: 'counter' | 'histogram'): string {
  return `memory of a ${kind} series, both exports on`;
}
