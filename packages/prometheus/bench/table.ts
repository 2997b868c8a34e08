import { alignedTable, significant } from '../../../bench/aligned-table.ts';
import { NAMES, OURS } from './contenders/load.ts';
import { type Figures, ratio } from './figures.ts';

/** The result as an aligned table in Markdown: of each contender its figure, of a peer its ratio to ours too. */
export function toTable(all: readonly Figures[]): string {
  const header = ['', ...NAMES.flatMap((name) => (name === OURS ? [name] : [name, 'ratio']))];
  return alignedTable([header, ...all.map((figures) => [figures.question, ...cellsOf(figures)])]);
}

function cellsOf(figures: Figures): string[] {
  return NAMES.flatMap((name) => {
    const figure = figures.of.get(name);
    const cell = figure === undefined ? '-' : withUnit(figure, figures.unit);
    if (name === OURS) return [cell];
    const times = ratio(figures, name);
    return [cell, times === undefined ? '-' : `${significant(times)} ×`];
  });
}

/** With the prefix that fits it. */
function withUnit(figure: number, unit: Figures['unit']): string {
  if (unit === 'ms' || figure < 1000) return `${significant(figure)} ${unit}`;
  return figure < 1e6 ? `${significant(figure / 1e3)} kB` : `${significant(figure / 1e6)} MB`;
}
