import { NAMES, OURS } from './contenders/load.ts';
import { type Figures, ratio } from './figures.ts';

/** The result as an aligned table in Markdown: of each contender its figure, of a peer its ratio to ours too. */
export function toTable(all: readonly Figures[]): string {
  const header = ['', ...NAMES.flatMap((name) => (name === OURS ? [name] : [name, 'ratio']))];
  return align([header, ...all.map((figures) => [figures.question, ...cellsOf(figures)])]);
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

function significant(figure: number): string {
  if (figure === 0) return '0';
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(figure < 1 ? 2 : 3);
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  lines.splice(1, 0, rule);
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
