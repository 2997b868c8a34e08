import { runOnce } from '../../engine/bench/in-turn.ts';
import { type Name, NAMES } from './contenders/load.ts';
import type { Extent } from './extent.ts';
import type { Figures } from './figures.ts';

export const WEIGHT = 'memory of a counter series, both exports on, scraped';

/** The memory that a series takes with both exports on. Once is enough: it does not vary by a byte or two. */
export async function measureWeight({ asks }: Extent, tell: (doing: string) => void): Promise<Figures[]> {
  if (!asks(WEIGHT)) return [];
  const of = new Map<Name, number>();
  for (const name of NAMES) {
    tell(`${WEIGHT}: ${name}`);
    of.set(name, await runOnce<number>(import.meta.resolve('./weight-of-a-scraped-series.bench.ts'), [name]));
  }
  return [{ question: WEIGHT, unit: 'B', of }];
}
