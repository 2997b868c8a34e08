import { alignedTable, significant } from '../../../bench/aligned-table.ts';

export const NAMES = ['node', 'flowmeter', 'sdk-node'] as const;
export type Name = (typeof NAMES)[number];

/** One line of the result. */
export interface Figures {
  readonly question: string;
  readonly unit: 'ms' | 'MB';
  readonly costs: ReadonlyMap<Name, number>;
}

/** What a contender adds to bare Node. */
export function added({ costs }: Figures, name: Name): number {
  return (costs.get(name) ?? NaN) - (costs.get('node') ?? NaN);
}

function ratio(figures: Figures): number {
  return added(figures, 'sdk-node') / added(figures, 'flowmeter');
}

/** The result as an aligned table in Markdown: of each contender what it takes, and what that is more than bare Node. */
export function toTable(all: readonly Figures[]): string {
  const rows = all.map((figures) => {
    const { question, unit, costs } = figures;
    const [bare = '-', ...others] = NAMES.flatMap((name) => {
      const cost = `${significant(costs.get(name) ?? NaN)} ${unit}`;
      return name === 'node' ? [cost] : [cost, `+${significant(added(figures, name))}`];
    });
    return [question, bare, ...others, `${significant(ratio(figures))} ×`];
  });
  return alignedTable([['', 'node', 'flowmeter', 'added', 'sdk-node', 'added', 'ratio'], ...rows]);
}

/** The result as plain data, unrounded. */
export function toJson(figures: Figures): object {
  const { question, unit, costs } = figures;
  return { question, unit, costs: Object.fromEntries(costs), ratio: ratio(figures) };
}
