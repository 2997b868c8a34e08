import { NAMES, OURS, type Peer, PEERS } from './contenders/load.ts';
import { type Figures, ratio } from './figures.ts';

/** The result as an aligned table in Markdown: of each contender its cost and bytes a call, of a peer its ratio too. */
export function toTable(all: readonly Figures[]): string {
  const rows = all.map((figures) => [figures.question, ...NAMES.flatMap((name) => cellsFor(figures, name))]);
  return align([['', ...NAMES.flatMap((name) => headersFor(name))], ...rows]);
}

function headersFor(name: (typeof NAMES)[number]): string[] {
  return name === OURS ? [name, 'B'] : [name, 'ratio', 'B'];
}

function cellsFor(figures: Figures, name: (typeof NAMES)[number]): string[] {
  const cost = figures.costs.get(name);
  const bytes = figures.bytes.get(name);
  const shown = [cost === undefined ? '-' : `${significant(cost)} ${figures.unit}`];
  if (isPeer(name)) {
    const times = ratio(figures, name);
    shown.push(times === undefined ? '-' : `${significant(times)} ×`);
  }
  return [...shown, bytes === undefined ? '-' : Math.max(0, bytes).toFixed(0)];
}

function isPeer(name: (typeof NAMES)[number]): name is Peer {
  return PEERS.some((peer) => peer === name);
}

function significant(figure: number): string {
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
